/** What `tallystick --help` says. */
export const commandHelp = `Usage: tallystick <command> [flags]

Commands:
  cardinality   finds out how many series this machine can afford

tallystick <command> --help says more.
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
