from rulebooks.models import *
