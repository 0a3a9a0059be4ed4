"""Verdicts of an independent JSON Schema validator: one line per file, "good NAME" or "bad NAME".

Usage: schema_verdicts.py SCHEMA FILE...   Comments are removed and duplicate keys refused first,
which is reading JSON, not the schema's business.
"""
import json
import pathlib
import sys

import jsonschema


def strip_comments(text):
    out, i, quoted = [], 0, False
    while i < len(text):
        if quoted:
            if text[i] == "\\":
                out.append(text[i])
                i += 1
            elif text[i] == '"':
                quoted = False
        elif text[i] == '"':
            quoted = True
        elif text.startswith("//", i):
            i = text.find("\n", i)
            if i < 0:
                break
        elif text.startswith("/*", i):
            i = text.index("*/", i) + 2
            continue
        out.append(text[i])
        i += 1
    return "".join(out)


def unique_keys(pairs):
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("duplicate key")
    return dict(pairs)


def refuse_constant(name):
    raise ValueError(name)


def main():
    schema = json.loads(pathlib.Path(sys.argv[1]).read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for name in sys.argv[2:]:
        try:
            text = strip_comments(pathlib.Path(name).read_text())
            document = json.loads(text, object_pairs_hook=unique_keys, parse_constant=refuse_constant)
            verdict = "good" if validator.is_valid(document) else "bad"
        except ValueError:
            verdict = "bad"
        print(verdict, "/".join(pathlib.Path(name).parts[-2:]))


main()
