"""Writes the facts of Cognito's service model that the sandbox checks requests by: src/sandbox/model.json.

    model.py [--check]

They are those of botocore's copy of the model, in the installed version, about the operations that configure something:
their inputs, outputs and errors, and every shape that these reach; the model's documentation is left out. With `--check`
nothing is written: exit code 1 and the command that mends it, unless the file is what would be written.
"""

import gzip
import json
import sys
from pathlib import Path

import botocore

ROOT = Path(__file__).resolve().parents[2]
SURFACE = ROOT / "src/cognito/config-surface.json"
MODEL = ROOT / "src/sandbox/model.json"
COMMAND = "tests/servers/.clients/bin/python tests/servers/model.py"

SERVICE = "data/cognito-idp/2016-04-18/service-2.json.gz"

# All that may be said of a shape and of a member. What is new needs a decision, and is no fact to lose.
CONSTRAINTS = ("min", "max", "pattern", "enum", "sensitive")
KNOWN_OF_SHAPES = {"type", "documentation", "members", "required", "member", "key", "value", "document"}
KNOWN_OF_SHAPES |= {"exception", "fault", *CONSTRAINTS}
KNOWN_OF_MEMBERS = {"shape", "documentation", "box", "deprecated", "deprecatedMessage"}
TYPES = {"structure", "list", "map", "string", "integer", "boolean", "timestamp", "blob"}


def target(reference, at):
    """The name of the shape that a member has."""
    unknown = reference.keys() - KNOWN_OF_MEMBERS
    assert not unknown, f"{at}: the model says {sorted(unknown)} of it, which nothing here reads"
    return reference["shape"]


def facts(name, shape):
    """What the sandbox needs of a shape."""
    unknown = shape.keys() - KNOWN_OF_SHAPES
    assert not unknown, f"{name}: the model says {sorted(unknown)} of it, which nothing here reads"
    assert shape["type"] in TYPES, f"{name}: no type {shape['type']} was in the model before"
    if shape.get("document"):
        return {"type": "document"}
    found = {"type": shape["type"], **{key: shape[key] for key in CONSTRAINTS if key in shape}}
    if shape["type"] == "structure":
        members = shape["members"].items()
        found["members"] = {member: target(reference, f"{name}.{member}") for member, reference in sorted(members)}
        if shape.get("required"):
            found["required"] = sorted(shape["required"])
        if shape.get("exception"):
            # The protocol's own: the model names no status.
            found["status"] = 500 if shape.get("fault") else 400
    for part in ("member", "key", "value"):
        if part in shape:
            found[part] = target(shape[part], f"{name}[{part}]")
    return found


def extract():
    """The whole content of the file."""
    service = json.loads(gzip.decompress((Path(botocore.__file__).parent / SERVICE).read_bytes()))
    operations, shapes, waiting = {}, {}, []
    for name in json.loads(SURFACE.read_text(encoding="utf-8"))["configuration_operations"]:
        operation = service["operations"][name]
        found = {side: operation[side]["shape"] for side in ("input", "output") if side in operation}
        found["errors"] = sorted(error["shape"] for error in operation.get("errors", []))
        operations[name] = found
        waiting += [found["input"], *([found["output"]] if "output" in found else []), *found["errors"]]
    while waiting:
        name = waiting.pop()
        if name not in shapes:
            found = shapes[name] = facts(name, service["shapes"][name])
            waiting += found.get("members", {}).values()
            waiting += [found[part] for part in ("member", "key", "value") if part in found]
    source = {
        "package": "botocore",
        "version": botocore.__version__,
        "file": f"botocore/{SERVICE}",
        "licence": "Apache-2.0",
        "notice": "Botocore, Copyright 2012-2022 Amazon.com, Inc. or its affiliates. All Rights Reserved.",
        "changes": "facts of some operations, without documentation",
        "made by": COMMAND,
    }
    return {"source": source, "operations": operations, "shapes": shapes}


def written(model):
    """A line for each operation and shape, so that a new version of the model can be read as a difference."""

    def line(key, value):
        return f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}"

    def block(entries):
        return "{\n" + ",\n".join(line(*entry) for entry in entries) + "\n}"

    parts = [f'"source": {block(model["source"].items())}']
    parts += [f'"{part}": {block(sorted(model[part].items()))}' for part in ("operations", "shapes")]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main(arguments):
    text = written(extract())
    if arguments == ["--check"]:
        if not MODEL.exists() or MODEL.read_text(encoding="utf-8") != text:
            print(f"{MODEL.relative_to(ROOT)} is not the model of botocore {botocore.__version__}: run {COMMAND}")
            return 1
        return 0
    if arguments:
        print(__doc__)
        return 2
    MODEL.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
