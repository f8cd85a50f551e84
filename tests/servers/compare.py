"""Asks a Cognito-compatible server what Cognito is known to do, in plain HTTP.

    compare.py URL [AREA…]

Prints a line of JSON for each behaviour: its area and what that is about, the behaviour, what Cognito does, how that is
known, and what the server does. The areas are the modules of `behaviours`: those that are named, or all of them. The server
must be one on which nothing counts: pools stay behind.
"""

import importlib
import json
import sys

from behaviours import AREAS
from behaviours.asking import BEHAVIOURS, Asked, Refused


def answer(run):
    try:
        return run()
    except Refused as refused:
        return str(refused)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        return f"an answer that lacks something ({type(error).__name__})"


def main():
    Asked.url, *areas = sys.argv[1:]
    about = {area: importlib.import_module(f"behaviours.{area}").__doc__ for area in areas or AREAS}
    for area, name, documented, by, run in BEHAVIOURS:
        row = {"area": area, "about": about[area], "behaviour": name, "documented": documented, "by": by}
        print(json.dumps({**row, "answer": answer(run)}), flush=True)


main()
