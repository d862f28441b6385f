"""Reads OpenMetrics 1.0 with the strict parser of Prometheus' own Python library, and prints what it understood.

    read_openmetrics.py FILE...

Prints one line of JSON for each file: its samples with their times and exemplars, or the error. Numbers are strings, as JSON has neither
NaN nor infinities.
"""
import json
import math
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families


def number(value):
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return repr(value)


def time(value):
    return None if value is None else number(float(value))


def exemplar(found):
    return None if found is None else {"labels": dict(found.labels), "value": number(found.value), "timestamp": time(found.timestamp)}


def read(path):
    with open(path, "rb") as file:
        text = file.read().decode("utf-8")
    try:
        families = [
            {
                "name": family.name,
                "help": family.documentation,
                "type": family.type,
                "unit": family.unit,
                "samples": [
                    {"name": sample.name, "labels": list(sample.labels.items()), "value": number(sample.value), "timestamp": time(sample.timestamp), "exemplar": exemplar(sample.exemplar)}
                    for sample in family.samples
                ],
            }
            for family in text_string_to_metric_families(text)
        ]
    except ValueError as error:
        return {"error": str(error), "families": []}
    return {"families": families}


for path in sys.argv[1:]:
    print(json.dumps(read(path)))
