"""Reads and writes tables as Python's csv does: a request a line, as JSON, an answer a line."""

import csv
import io
import json
import sys

QUOTING = {"minimal": csv.QUOTE_MINIMAL, "all": csv.QUOTE_ALL, "nonnumeric": csv.QUOTE_NONNUMERIC, "none": csv.QUOTE_NONE}


def dialect(request):
    return {
        "delimiter": request["delimiter"],
        "quotechar": request["quote"],
        "escapechar": request["escape"],
        "doublequote": request["doubled"],
        "lineterminator": request["end"],
    }


def write(request):
    out = io.StringIO(newline="")
    csv.writer(out, quoting=QUOTING[request["quoting"]], **dialect(request)).writerows(request["rows"])
    return {"text": out.getvalue()}


def read(request):
    # What is read as numbers otherwise stays text.
    quoting = csv.QUOTE_NONE if request["quoting"] == "none" else csv.QUOTE_MINIMAL
    given = io.StringIO(request["text"], newline="")
    return {"rows": list(csv.reader(given, quoting=quoting, strict=True, **dialect(request)))}


for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps(read(request) if "text" in request else write(request)), flush=True)
