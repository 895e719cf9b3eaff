#!/bin/bash
# Sees to it that there is a LibreOffice for the tests: the machine's own, else Debian's package: installed where that is
# allowed, otherwise unpacked into the folder that is given, as whoever runs this, changing nothing outside it.
set -euo pipefail
folder=$(realpath -m "$1")
package=libreoffice-calc-nogui

if command -v soffice >/dev/null || [ -x "$folder/soffice" ]; then exit 0; fi
command -v apt-get >/dev/null || { echo "The tests open workbooks with LibreOffice: install it, so that there is a soffice" >&2; exit 1; }
echo "Installing LibreOffice, with which tests open workbooks (a few minutes the first time)"

as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo -n)
if "${as_root[@]}" true 2>/dev/null && "${as_root[@]}" apt-get -qq update &&
	DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get -qq -y --no-install-recommends install "$package" >/dev/null; then
	exit 0
fi

trap 'echo "LibreOffice could not be installed; put a soffice in the PATH yourself" >&2' ERR
rm -rf "$folder" && mkdir -p "$folder"/{lists/partial,cache/archives/partial,root}
apt() {
	apt-get -qq -o Dir::State::Lists="$folder/lists" -o Dir::Cache="$folder/cache" -o Debug::NoLocking=1 "$@"
}
apt update
apt -y --no-install-recommends --download-only install "$package" >/dev/null
for file in "$folder"/cache/archives/*.deb; do dpkg -x "$file" "$folder/root"; done
find "$folder/root" -type l -lname '/*' | while read -r link; do # they mean places in the root of a machine
	target="$folder/root$(readlink "$link")"
	[ ! -e "$target" ] || ln -sfn "$target" "$link"
done
office="$folder/root/usr/lib/libreoffice"
cp -r "$office/share/.registry/." "$office/share/registry/" # as the package itself does where it is installed
sed -i "s#file:///usr/lib#file://$folder/root/usr/lib#g; s#file:///etc#file://$folder/root/etc#g" "$office/program/fundamentalrc"
libraries=$(find "$folder/root" \( -name '*.so' -o -name '*.so.*' \) -printf '%h\n' | sort -u | paste -sd:)
printf '#!/bin/sh\nLD_LIBRARY_PATH=%s exec %s "$@"\n' "$libraries" "$office/program/soffice" >"$folder/soffice"
chmod +x "$folder/soffice" && rm -rf "$folder"/{lists,cache}
