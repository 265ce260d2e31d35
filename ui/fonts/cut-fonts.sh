#!/usr/bin/env bash
# Cuts Noto Sans SC to the characters of GB 2312 (all 7,445) plus Latin letters and the signs the screens use.
# Needs Debian's fonts-noto-cjk and python3-fonttools. The result is committed: a build needs neither.
set -euo pipefail
cd "$(dirname "$0")"
source=${NOTO_DIR:-/usr/share/fonts/opentype/noto}
characters=$(mktemp)
trap 'rm -f "$characters"' EXIT
/usr/bin/python3 - >"$characters" <<'PYTHON'
wanted = {chr(c) for c in range(0x20, 0x7F)} | {chr(c) for c in range(0xA0, 0x100)} | set("–—‘’“”…•‹›€→←↑↓✓×①②③④⑤")
for row in range(0xA1, 0xF8):
    for cell in range(0xA1, 0xFF):
        try:
            wanted.add(bytes([row, cell]).decode("gb2312"))
        except UnicodeDecodeError:
            pass
print("".join(sorted(wanted)), end="")
PYTHON
for weight in Regular Bold; do
    # Face 2 of the collection is SC.
    /usr/bin/python3 -m fontTools.subset "$source/NotoSansCJK-$weight.ttc" --font-number=2 --text-file="$characters" \
        --no-hinting --layout-features='' --name-IDs='*' --output-file="NotoSansSC-$weight.otf"
done
