"""Reads expositions with the parser of Prometheus' own Python library, and prints what it understood.

    read_text.py FILE...

Prints one line of JSON for each file: its samples, or the error. Numbers are strings, as JSON has neither NaN nor infinities.
"""
import json
import math
import sys

from prometheus_client.parser import text_string_to_metric_families


def number(value):
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return repr(value)


def read(path):
    with open(path, "rb") as file:
        text = file.read().decode("utf-8")
    try:
        families = [
            {
                "name": family.name,
                "help": family.documentation,
                "type": family.type,
                "samples": [{"name": sample.name, "labels": list(sample.labels.items()), "value": number(sample.value)} for sample in family.samples],
            }
            for family in text_string_to_metric_families(text)
        ]
    except ValueError as error:
        return {"error": str(error), "families": []}
    return {"families": families}


for path in sys.argv[1:]:
    print(json.dumps(read(path)))
