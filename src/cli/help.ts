/** What `tallystick --help` says. */
export const commandHelp = `Usage: tallystick <command> [flags]

Commands:
  cardinality   finds out how many series this machine can afford
  generate      writes dashboards, rules and configuration for metrics
  lint          says what an exposition could do better
  serve         shows what the processes of a directory count
  types         writes the types of the metrics that a file declares

tallystick <command> --help says more, tallystick --version which version it is.
`;

/** What `tallystick cardinality --help` says. */
export const cardinalityHelp = `Usage: tallystick cardinality [flags]

Grows a registry step by step, measures each step in a process of its own, and
says how many series fit the budgets given.

What is grown:
  --kind KIND         counter, gauge, histogram or summary (counter)
  --labels N          labels of each series, 1 to 30 (3)
  --buckets N         finite buckets of a histogram, 1 to 500 (12)
  --from FILE|URL     the metrics of a real exposition instead, in the text
                      format; the steps multiply its series
  --max N             series at the last step, for instance 1e7 (1e6)
  --seconds N         ends after so many seconds with what was reached (600)

Budgets:
  --memory SIZE       for instance 512MB or 1GiB
  --scrape-time TIME  to make an exposition, for instance 1s
  --delay TIME        of the event loop during a scrape, at the 99.9th
                      percentile, for instance 10ms

Output:
  --json FILE|-       everything measured, as JSON; - takes the place of the table
  --html FILE         a report with plots that opens from the file
  --help              shows this text
`;

/** What `tallystick lint --help` says. */
export const lintHelp = `Usage: tallystick lint [flags] FILE|URL|-

Looks through an exposition for what the conventions of Prometheus and
OpenMetrics advise against; - is the standard input.

  --format FORMAT     text-0.0.4, text-1.0.0, openmetrics-1.0.0,
                      openmetrics-2.0.0 or protobuf; found out if left out
  --ignore CODES      rules that are not applied, with commas between them
  --min-severity S    error, warning or info (info)
  --threshold N=V     from which numbers on something is found, for instance
                      series=5000,buckets=40
  --json              everything found, as JSON
  --help              shows this text

The status is 0 without findings, 1 with some, and 2 when the exposition
cannot be read or breaks its format.
`;

/** What `tallystick serve --help` says. */
export const serveHelp = `Usage: tallystick serve [flags]

Serves /metrics for all processes that share a directory, each of which has
joined its group: what they count now, and what those have counted that ended.

  --dir DIR        the directory, private to its owner; if left out, the one that
                   PROMETHEUS_MULTIPROC_DIR names
  --port N         from 0 to 65535; 0 takes any free one (9464)
  --host ADDRESS   the address to listen on (127.0.0.1)
  --deadline TIME  how long processes are waited for, all at once (500ms)
  --help           shows this text

It ends at SIGINT or SIGTERM.
`;

/** What `tallystick types --help` says. */
export const typesHelp = `Usage: tallystick types [flags] FILE

Writes, as TypeScript, the type of the metrics that a configuration declares:
names, labels and label values, for createMetricsClient<Metrics>(...).

  --out FILE|-        where to; - is the standard output (-)
  --name NAME         of the interface (Metrics)
  --help              shows this text

The file is JSON if its name ends in .json; any other is YAML, which is read by
the package "yaml". The status is 1 when the file has faults, each of which is
told with its line, and nothing is written.
`;

/** What `tallystick generate --help` says. */
export const generateHelp = `Usage: tallystick generate WHAT [flags] [FILE|URL|-]

Writes what observes a service, from the metrics it exposes; - is the standard
input.

  grafana FILE|URL|-          a dashboard for Grafana, in JSON
  alerts FILE|URL|-           alerting rules for Prometheus
  recording-rules FILE|URL|-  recording rules for Prometheus
  prometheus [URL]            prometheus.yml, which scrapes that URL
  compose                     a Compose file: Prometheus and Grafana

Of all:
  --out FILE            where to write; the standard output if left out
  --help                shows this text
Of grafana, alerts and recording-rules:
  --format FORMAT       text-0.0.4, text-1.0.0, openmetrics-1.0.0,
                        openmetrics-2.0.0 or protobuf; found out if left out
  --title TEXT          of the dashboard (Metrics)
  --job NAME            whose targets are to be up (all)
  --window DURATION     of rates (5m)
  --for-scale N         multiplies every waiting time of alerts, to try them out
Of prometheus and compose:
  --job NAME            what the service is called (service)
  --targets HOSTS       hosts and ports with commas between them (service:9464)
  --scrape-interval D   how often to scrape (15s)
  --rules FILES         files of rules, with commas between them (none)
  --dashboards FILES    with commas between them (dashboard.json)
  --retention DURATION  how long Prometheus keeps its data (15d)
  --image IMAGE         of the service; it is left out without one
`;
