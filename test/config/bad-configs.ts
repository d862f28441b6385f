/** Configurations that are refused: what is wrong with each, its text, and the whole error. */
export const badConfigs: readonly (readonly [what: string, text: string, error: string])[] = [
  [
    'an empty file',
    '',
    'metrics.json:1:1: is no JSON: here is the end; expected is a value',
  ],
  [
    'a file that ends early',
    `{
  "counters": [
`,
    'metrics.json:3:1: is no JSON: here is the end; expected is a value',
  ],
  [
    'a comma too many',
    `{
  "counters": [],
}`,
    'metrics.json:3:1: is no JSON: here is "}"; expected is a key in double quotes',
  ],
  [
    'a comma too few',
    '{ "counters": [] "gauges": [] }',
    'metrics.json:1:18: is no JSON: here is "\\""; expected is "," or "}"',
  ],
  [
    'single quotes',
    '{ \'counters\': [] }',
    'metrics.json:1:3: is no JSON: here is "\'"; expected is a key in double quotes',
  ],
  [
    'a key without quotes',
    '{ counters: [] }',
    'metrics.json:1:3: is no JSON: here is "c"; expected is a key in double quotes',
  ],
  [
    'a colon too few',
    '{ "counters" [] }',
    'metrics.json:1:14: is no JSON: here is "["; expected is ":" after the key',
  ],
  [
    'something after the end',
    `{}
{}`,
    'metrics.json:2:1: is no JSON: here is "{"; expected is nothing more, as the value has ended',
  ],
  [
    'a number with a leading zero',
    `{
  "counters": [
    { "name": "a_total", "description": "A.", "expireAfterSeconds": 01 }
  ]
}`,
    'metrics.json:3:70: is no JSON: here is "1"; expected is "," or "}"',
  ],
  [
    'a string across lines',
    `{ "service": "a
b" }`,
    'metrics.json:1:14: is no JSON: here is "\\""; expected is a value',
  ],
  [
    'nesting without end',
    '[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[',
    'metrics.json:1:34: is no JSON: here is "["; expected is at most 32 levels of nesting',
  ],
  [
    'a list in place of the whole',
    '[]',
    'metrics.json:1:1: is a list; give an object',
  ],
  [
    'a word in place of the whole',
    '"counters"',
    'metrics.json:1:1: is "counters"; give an object',
  ],
  [
    'nothing in place of the whole',
    'null',
    'metrics.json:1:1: is null; give an object',
  ],
  [
    'an unknown key',
    `{
  "counter": []
}`,
    'metrics.json:2:3: counter: is unknown here; there are "$schema", "service", "counters", "gauges", "histograms", "summaries"',
  ],
  [
    'a key that comes twice',
    `{
  "counters": [],
  "counters": []
}`,
    'metrics.json:3:3: counters: comes twice; give it once',
  ],
  [
    'an object in place of a list',
    '{ "counters": {} }',
    'metrics.json:1:15: counters: is an object; give a list',
  ],
  [
    'a service that is a number',
    '{ "service": 5 }',
    'metrics.json:1:14: service: is 5; give a string',
  ],
  [
    'a service without a name',
    '{ "service": "" }',
    'metrics.json:1:14: service: is ""; give a text that is not empty',
  ],
  [
    'a metric that is a word',
    `{
  "counters": [
    "a_total"
  ]
}`,
    'metrics.json:3:5: counters[0]: is "a_total"; give an object',
  ],
  [
    'a metric without anything',
    `{
  "counters": [
    {}
  ]
}`,
    `metrics.json:3:5: counters[0]: has no "name"; give one
metrics.json:3:5: counters[0]: has no "description"; give one`,
  ],
  [
    'a metric without a description',
    `{
  "counters": [
    { "name": "a_total" }
  ]
}`,
    'metrics.json:3:5: counters[0]: has no "description"; give one',
  ],
  [
    'a description that is empty',
    `{
  "counters": [
    { "name": "a_total", "description": "" }
  ]
}`,
    'metrics.json:3:41: counters[0].description: is ""; give a text that is not empty',
  ],
  [
    'a name that begins with a digit',
    `{
  "counters": [
    { "name": "1a", "description": "A." }
  ]
}`,
    'metrics.json:3:15: counters[0].name: is "1a"; give letters, digits, "_" and ":", not beginning with a digit',
  ],
  [
    'a name with a dash',
    `{
  "counters": [
    { "name": "a-total", "description": "A." }
  ]
}`,
    'metrics.json:3:15: counters[0].name: is "a-total"; give letters, digits, "_" and ":", not beginning with a digit',
  ],
  [
    'a name that is nothing',
    `{
  "counters": [
    { "name": null, "description": "A." }
  ]
}`,
    'metrics.json:3:15: counters[0].name: is null; give a string',
  ],
  [
    'an unknown part of a metric',
    `{
  "counters": [
    { "name": "a_total", "description": "A.", "help": "A." }
  ]
}`,
    'metrics.json:3:47: counters[0].help: is unknown here; there are "name", "description", "unit", "capture", "labels", "labelValues", "limits", "expireAfterSeconds"',
  ],
  [
    'buckets on a counter',
    `{
  "counters": [
    { "name": "a_total", "description": "A.", "buckets": [1] }
  ]
}`,
    'metrics.json:3:47: counters[0].buckets: is unknown here; there are "name", "description", "unit", "capture", "labels", "labelValues", "limits", "expireAfterSeconds"',
  ],
  [
    'capture that is a word',
    `{
  "counters": [
    { "name": "a_total", "description": "A.", "capture": "yes" }
  ]
}`,
    'metrics.json:3:58: counters[0].capture: is "yes"; give true or false',
  ],
  [
    'a unit that is no word',
    `{
  "counters": [
    { "name": "a_total", "description": "A.", "unit": true }
  ]
}`,
    'metrics.json:3:55: counters[0].unit: is true; give a string, or a number',
  ],
  [
    'a unit that the name does not end in',
    `{
  "counters": [
    { "name": "a_total", "description": "A.", "unit": "By" }
  ]
}`,
    'metrics.json:3:55: counters[0].unit: counter "a_total": unit is "bytes", but the name does not end in it; call it "a_bytes_total"',
  ],
  [
    'a unit that is none',
    `{
  "counters": [
    { "name": "a_total", "description": "A.", "unit": "per cent" }
  ]
}`,
    'metrics.json:3:55: counters[0].unit: counter "a_total": unit is "per cent"; give a base unit such as "seconds" or "bytes", without the "_" before it',
  ],
  [
    'labels that are a word',
    `{
  "counters": [
    { "name": "a_total", "description": "A.", "labels": "status" }
  ]
}`,
    'metrics.json:3:57: counters[0].labels: is "status"; give a list',
  ],
  [
    'a label with a dash',
    `{
  "counters": [
    { "name": "a_total", "description": "A.", "labels": ["status", "user-id"] }
  ]
}`,
    'metrics.json:3:68: counters[0].labels[1]: is "user-id"; give letters, digits and "_", not beginning with a digit or "__"',
  ],
  [
    'a reserved label',
    `{
  "counters": [
    { "name": "a_total", "description": "A.", "labels": ["__name__"] }
  ]
}`,
    'metrics.json:3:58: counters[0].labels[0]: is "__name__"; give letters, digits and "_", not beginning with a digit or "__"',
  ],
  [
    'a label that comes twice',
    `{
  "counters": [
    { "name": "a_total", "description": "A.", "labels": ["status", "status"] }
  ]
}`,
    'metrics.json:3:68: counters[0].labels[1]: is "status" again; give it once',
  ],
  [
    'a label that histograms write themselves',
    `{
  "histograms": [
    { "name": "a_seconds", "description": "A.", "labels": ["le"] }
  ]
}`,
    'metrics.json:3:59: histograms[0].labels: histogram "a_seconds": label "le" is written by this kind of metric itself; rename yours',
  ],
  [
    'a label that summaries write themselves',
    `{
  "summaries": [
    { "name": "a_seconds", "description": "A.", "labels": ["quantile"] }
  ]
}`,
    'metrics.json:3:59: summaries[0].labels: summary "a_seconds": label "quantile" is written by this kind of metric itself; rename yours',
  ],
  [
    'values of a label that is none',
    `{
  "counters": [
    { "name": "a_total", "description": "A.", "labels": ["status"], "labelValues": { "state": ["a"] } }
  ]
}`,
    'metrics.json:3:84: counters[0].labelValues: counter "a_total": labelValues names "state", which is not among labelNames; add it there or take it out here',
  ],
  [
    'no values of a label',
    `{
  "counters": [
    { "name": "a_total", "description": "A.", "labels": ["status"], "labelValues": { "status": [] } }
  ]
}`,
    'metrics.json:3:96: counters[0].labelValues.status: is an empty list; give at least one item, or leave it out',
  ],
  [
    'a label value that is a number',
    `{
  "counters": [
    { "name": "a_total", "description": "A.", "labels": ["status"], "labelValues": { "status": [200] } }
  ]
}`,
    'metrics.json:3:97: counters[0].labelValues.status[0]: is 200; give a string',
  ],
  [
    'an unknown limit',
    `{
  "counters": [
    { "name": "a_total", "description": "A.", "limits": { "serieses": 5 } }
  ]
}`,
    'metrics.json:3:59: counters[0].limits.serieses: is unknown here; there are "series", "newSeriesPerSecond", "labelValueBytes", "onLimit"',
  ],
  [
    'a limit below zero',
    `{
  "counters": [
    { "name": "a_total", "description": "A.", "limits": { "series": -1 } }
  ]
}`,
    'metrics.json:3:69: counters[0].limits.series: is -1; give at least 0',
  ],
  [
    'a limit that is no whole number',
    `{
  "counters": [
    { "name": "a_total", "description": "A.", "limits": { "series": 1.5 } }
  ]
}`,
    'metrics.json:3:69: counters[0].limits.series: is 1.5; give a whole number',
  ],
  [
    'an unknown way with refused recordings',
    `{
  "counters": [
    { "name": "a_total", "description": "A.", "limits": { "onLimit": "ignore" } }
  ]
}`,
    'metrics.json:3:70: counters[0].limits.onLimit: is "ignore"; give one of "overflow", "drop", "throw"',
  ],
  [
    'an expiry of nothing',
    `{
  "counters": [
    { "name": "a_total", "description": "A.", "expireAfterSeconds": 0 }
  ]
}`,
    'metrics.json:3:69: counters[0].expireAfterSeconds: is 0; give a number above 0',
  ],
  [
    'buckets that are none',
    `{
  "histograms": [
    { "name": "a_seconds", "description": "A.", "buckets": [] }
  ]
}`,
    'metrics.json:3:60: histograms[0].buckets: is an empty list; give at least one item, or leave it out',
  ],
  [
    'a bucket that is a word',
    `{
  "histograms": [
    { "name": "a_seconds", "description": "A.", "buckets": [1, "2"] }
  ]
}`,
    'metrics.json:3:64: histograms[0].buckets[1]: is "2"; give a number',
  ],
  [
    'buckets that do not rise',
    `{
  "histograms": [
    { "name": "a_seconds", "description": "A.", "buckets": [1, 5, 2] }
  ]
}`,
    'metrics.json:3:60: histograms[0].buckets: histogram "a_seconds": bucket bounds 5 and 2 are not rising; sort them',
  ],
  [
    'a bucket that comes twice',
    `{
  "histograms": [
    { "name": "a_seconds", "description": "A.", "buckets": [1, 1] }
  ]
}`,
    'metrics.json:3:60: histograms[0].buckets: histogram "a_seconds": bucket bound 1 comes twice; give each bound once',
  ],
  [
    'native buckets that are a number',
    `{
  "histograms": [
    { "name": "a_seconds", "description": "A.", "native": 3 }
  ]
}`,
    'metrics.json:3:59: histograms[0].native: is 3; give true or false, or an object',
  ],
  [
    'a bucket factor of one',
    `{
  "histograms": [
    { "name": "a_seconds", "description": "A.", "native": { "bucketFactor": 1 } }
  ]
}`,
    'metrics.json:3:77: histograms[0].native.bucketFactor: is 1; give a number above 1',
  ],
  [
    'an unknown part of native buckets',
    `{
  "histograms": [
    { "name": "a_seconds", "description": "A.", "native": { "schema": 3 } }
  ]
}`,
    'metrics.json:3:61: histograms[0].native.schema: is unknown here; there are "bucketFactor", "maxBuckets", "minResetSeconds", "zeroThreshold", "maxZeroThreshold"',
  ],
  [
    'a widest zero bucket below the zero bucket',
    `{
  "histograms": [
    { "name": "a_seconds", "description": "A.", "native": { "zeroThreshold": 1, "maxZeroThreshold": 0.5 } }
  ]
}`,
    'metrics.json:3:5: histograms[0]: histogram "a_seconds": native.maxZeroThreshold is 0.5; give a number of at least the zero threshold, 1',
  ],
  [
    'a quantile above one',
    `{
  "summaries": [
    { "name": "a_seconds", "description": "A.", "quantiles": [0.5, 99] }
  ]
}`,
    'metrics.json:3:68: summaries[0].quantiles[1]: is 99; give a number from 0 to 1',
  ],
  [
    'a quantile that comes twice',
    `{
  "summaries": [
    { "name": "a_seconds", "description": "A.", "quantiles": [0.5, 0.5] }
  ]
}`,
    'metrics.json:3:62: summaries[0].quantiles: summary "a_seconds": quantile 0.5 comes twice; give each once',
  ],
  [
    'a window of nothing',
    `{
  "summaries": [
    { "name": "a_seconds", "description": "A.", "maxAgeSeconds": 0 }
  ]
}`,
    'metrics.json:3:66: summaries[0].maxAgeSeconds: is 0; give a number above 0',
  ],
  [
    'too many steps of a window',
    `{
  "summaries": [
    { "name": "a_seconds", "description": "A.", "ageBuckets": 5000 }
  ]
}`,
    'metrics.json:3:5: summaries[0]: summary "a_seconds": ageBuckets is 5000; give a whole number from 1 to 1000',
  ],
  [
    'an aggregator that there is not',
    `{
  "gauges": [
    { "name": "a", "description": "A.", "aggregator": "first" }
  ]
}`,
    'metrics.json:3:55: gauges[0].aggregator: is "first"; give one of "sum", "min", "max", "average", "last", "perWorker"',
  ],
  [
    'an aggregator of a counter',
    `{
  "counters": [
    { "name": "a_total", "description": "A.", "aggregator": "max" }
  ]
}`,
    'metrics.json:3:47: counters[0].aggregator: is unknown here; there are "name", "description", "unit", "capture", "labels", "labelValues", "limits", "expireAfterSeconds"',
  ],
  [
    'a label that the aggregator writes',
    `{
  "gauges": [
    { "name": "a", "description": "A.", "labels": ["worker"], "aggregator": "perWorker" }
  ]
}`,
    'metrics.json:3:51: gauges[0].labels: gauge "a": label "worker" is written by the aggregator "perWorker" itself; rename yours, or take another aggregator',
  ],
  [
    'a metric that is declared twice',
    `{
  "counters": [
    { "name": "a_total", "description": "A." },
    { "name": "a_total", "description": "A." }
  ]
}`,
    'metrics.json:4:15: counters[1].name: "a_total" is declared twice; give each metric once',
  ],
  [
    'a metric that is declared as two kinds',
    `{
  "counters": [{ "name": "a", "description": "A." }],
  "gauges": [{ "name": "a", "description": "A." }]
}`,
    'metrics.json:3:24: gauges[0].name: "a" is declared twice; give each metric once',
  ],
  [
    'a name that a histogram needs',
    `{
  "counters": [{ "name": "a_count", "description": "A." }],
  "histograms": [{ "name": "a", "description": "A." }]
}`,
    'metrics.json:3:28: histograms[0].name: histogram "a": would share the name "a_count" with counter "a_count"; rename one of the two',
  ],
  [
    'several faults at once',
    `{
  "service": 5,
  "counters": [
    { "name": "a" },
    { "name": "b-c", "description": "B.", "labels": [1] }
  ],
  "metrics": []
}`,
    `metrics.json:2:14: service: is 5; give a string
metrics.json:4:5: counters[0]: has no "description"; give one
metrics.json:5:15: counters[1].name: is "b-c"; give letters, digits, "_" and ":", not beginning with a digit
metrics.json:5:54: counters[1].labels[0]: is 1; give a string
metrics.json:7:3: metrics: is unknown here; there are "$schema", "service", "counters", "gauges", "histograms", "summaries"`,
  ],
];
