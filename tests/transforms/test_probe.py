import pandas as pd, numpy as np, traceback
from dataclasses import replace
from fractions import Fraction as F
from schemas.periods import Period
from schemas.stages import STAGES
from transforms.registry import *
from transforms.checks.registry import check_registry
from transforms.checks.submissions import check_submissions
from transforms.standings import *
from transforms.conditions import Month
from transforms.warnings import warnings
from transforms.edition import edition_frames
def go(name, f):
    try: r=f(); print('OK  ',name, '' if r is None else '\n'+str(r)); return r
    except Exception as e: print('FAIL',name,repr(e)[:300]); traceback.print_exc(limit=-2)
def whole(s,rb,p,prev=None):
    bd=dimension_scores(s.lines,s.assessed,rb); sc=scores(bd,s.assessed,STAGES['score'].empty())
    m=Month(p,s.organizations,s.assessed,s.lines,sc,s.observed.findings)
    w=warnings(m,rb,STAGES['streak'].empty())
    f=edition_frames(m,bd,s.observed,w,rb)
    return {k:STAGES[k].validated(v) for k,v in f.items()}
def test_it(rulebook,records,registry,registry_of,scored,july):
    print()
    go('empty all',lambda: whole(scored(),rulebook,july)['score'])
    e=Registry(check_registry(records('registry'),rulebook).accepted)
    go('empty registry',lambda: whole(scored(registry=e),rulebook,july))
    go('no assessed',lambda: whole(scored(registry=registry,month=Period.parse('2024-01').previous(1)),rulebook,july))
    go('committee only',lambda: whole(scored(registry=registry_of({'org_code':'0009','org_name':'a','kind':'委员会','domain':None})),rulebook,july)['score'])
    go('empty by name',lambda: e.by_name(pd.Series(['x'],dtype='str'),pd.Series([None],dtype='str'),5))
    go('by name none',lambda: registry.by_name(pd.Series([],dtype='str'),pd.Series([],dtype='str'),5))
    go('by name none live',lambda: registry.by_name(pd.Series(['a',None],dtype='str'),pd.Series([None,'b'],dtype='str'),5))
    go('sub empty',lambda: check_submissions(records('submissions'),registry,rulebook,Period.parse('2024Q3')))
    go('unit?',lambda: check_submissions(records('submissions',{'unit_text':'亩'}),registry,rulebook,Period.parse('2024Q3')))
    go('events bad',lambda: scored(events=records('events',{'data.attended':'1e99','data.expected':'2e99'},{'event_id':'E2','kind':'roster','data.area':'1e30','data.filled':'0.000000000000000000000000000000001','data.quota':'3'},{'event_id':'E3','kind':'roster','org_code':'0002','topic':None,'data.area':'1e30','data.filled':'0.000000000000000000000000000000001','data.quota':'3'})).lines)
    go('wide edition',lambda: whole(scored(events=records('events',{'data.attended':'1e99','data.expected':'2e99'},{'event_id':'E3','kind':'roster','org_code':'0002','topic':None,'data.area':'1e30','data.filled':'0.000000000000000000000000000000001','data.quota':'3'})),rulebook,july)['ledger_line'][['item_code','value_num','value_den','reason']].dropna().to_string())
    go('no conditions',lambda: whole(scored(),replace(rulebook,conditions=()),july)['score'])
    go('no negative',lambda: whole(scored(),replace(rulebook,negative_items=()),july)['score'])
    go('no items',lambda: whole(scored(rules=replace(rulebook,items=())),replace(rulebook,items=()),july)['score'])
    go('wonky registry',lambda: check_registry(records('registry',{'org_code':'1','org_name':'a','valid_from':'x'},{'org_code':'1','org_name':'a'},{'org_code':'1','org_name':'b','valid_from':'2023-01-01','valid_to':'2022-01-01'}),rulebook).rejections.to_string())
    go('wonky',lambda: scored(events=records('events',{'fault':'不是完整的 JSON','event_id':None,'org_code':None,'kind':None,'topic':None,'occurred_at':None,'captured_at':None},{'occurred_at':None},{'occurred_at':'9999-12-31T23:59:59Z','captured_at':'9999-12-31T23:59:59-10:00'},{'org_code':'77'},{'kind':None})).rejections.to_string())
    from transforms.checks.events import check_events
    go('wonky',lambda: check_events(records('events',{'fault':'不是完整的 JSON','event_id':None,'org_code':None,'kind':None,'topic':None,'occurred_at':None,'captured_at':None},{'occurred_at':None},{'occurred_at':'9999-12-31T23:59:59Z','captured_at':'9999-12-31T23:59:59-10:00'},{'org_code':'77'},{'kind':None}),registry,rulebook).rejections.to_string())
    go('submissions',lambda: check_submissions(records('submissions',{'org_code':None,'org_name':'zz'},{'org_code':None},{'org_code':'77','org_name':'山上支部'},{'item_code':'INCOME','value_text':'9','column_name':'收入（元）','unit_text':'元'},{'org_code':'0002','value_text':'50%','unit_text':'%'},{'org_code':'0002','value_text':'50','unit_text':'%'}, {'org_code':'0003'}, {'item_code':'ZZ'}, {'item_code':'CHECKED'},{'verification':None},{'verification':'好'}),registry,rulebook,Period.parse('2024Q3')).rejections.to_string())
