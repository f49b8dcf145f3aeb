"""Reads questions, one JSON object a line, and answers each with the rows of its file as JSON.

Text is handed over as one character a byte, so that bytes that are not UTF-8 survive.
"""

import csv
import io
import json
import sys

csv.field_size_limit(sys.maxsize)

for question in sys.stdin:
    ask = json.loads(question)
    content = ask["bytes"].encode("latin-1")
    if ask["encoding"]:
        content = content.decode(ask["encoding"]).encode("utf-8")
    content = content.removeprefix(b"\xef\xbb\xbf")
    for _ in range(ask["skip"]):
        content = content.partition(b"\n")[2]
    lines = io.StringIO(content.decode("latin-1"), newline="")
    reader = csv.reader(
        lines,
        delimiter=ask["delimiter"],
        quotechar=ask["quote"],
        escapechar=ask["escape"],
        doublequote=True,
        quoting=csv.QUOTE_MINIMAL if ask["quote"] else csv.QUOTE_NONE,
    )
    print(json.dumps(list(reader)))
