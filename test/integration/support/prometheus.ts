import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Program, freePort, start, until } from './processes.js';

/** One series of an instant query's answer. */
export interface Result {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The exemplars of one series. */
export interface SeriesExemplars {
  readonly seriesLabels: Readonly<Record<string, string>>;
  readonly exemplars: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: string; readonly timestamp: number }[];
}

/** A Prometheus of its own, with its data in a folder that goes with it. */
export class Prometheus {
  /** Where it listens, for instance `http://127.0.0.1:9090`. */
  readonly base: string;
  private readonly program: Program;
  private readonly folder: string;

  private constructor(program: Program, base: string, folder: string) {
    this.program = program;
    this.base = base;
    this.folder = folder;
  }

  /**
   * Starts one that scrapes targets every half second.
   *
   * @param targets host and port of each job
   * @param features what is to be enabled, for instance `native-histograms`
   * @param flags further flags, for instance `--web.enable-remote-write-receiver`
   */
  static async start(targets: Readonly<Record<string, string>>, features: readonly string[] = [], flags: readonly string[] = []): Promise<Prometheus> {
    const config = { scrape_configs: Object.entries(targets).map(([job_name, target]) => ({ job_name, scrape_interval: '500ms', scrape_timeout: '500ms', static_configs: [{ targets: [target] }] })) };
    // YAML is a superset of JSON.
    return Prometheus.startWith({ 'prometheus.yml': JSON.stringify(config) }, features, flags);
  }

  /** Starts one with a `prometheus.yml` and the files that it names, by their names. */
  static async startWith(files: Readonly<Record<string, string>>, features: readonly string[] = [], flags: readonly string[] = []): Promise<Prometheus> {
    const folder = await mkdtemp(join(tmpdir(), 'tallystick-prometheus-'));
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    for (let attempt = 1; ; attempt++) {
      const address = `127.0.0.1:${await freePort()}`;
      const program = start('prometheus', [`--config.file=${join(folder, 'prometheus.yml')}`, `--storage.tsdb.path=${join(folder, `data-${attempt}`)}`, `--web.listen-address=${address}`, '--log.level=warn', ...(features.length === 0 ? [] : [`--enable-feature=${features.join(',')}`]), ...flags], { cwd: folder });
      const prometheus = new Prometheus(program, `http://${address}`, folder);
      try {
        await until('Prometheus to be ready', async () => {
          if (program.child.exitCode !== null) throw new Error(program.output());
          return (await fetch(`http://${address}/-/ready`)).ok;
        });
        return prometheus;
      } catch (error) {
        await program.stop('SIGKILL');
        // Somebody may have taken the port since it was free.
        if (attempt === 3) throw new Error(`Prometheus does not start: ${program.output()}`, { cause: error });
      }
    }
  }

  /** An instant query that gives a vector. */
  async query(promql: string): Promise<Result[]> {
    const response = await fetch(`${this.base}/api/v1/query`, { method: 'POST', body: new URLSearchParams({ query: promql }) });
    const answer = (await response.json()) as { status: string; error?: string; data: { result: { metric: Record<string, string>; value: [number, string] }[] } };
    if (answer.status !== 'success') throw new Error(`${promql}: ${answer.error}`);
    return answer.data.result.map(({ metric, value }) => ({ metric, value: numberOf(value[1]) }));
  }

  /** The value of a query that gives one series. */
  async valueOf(promql: string): Promise<number> {
    const results = await this.query(promql);
    if (results.length !== 1) throw new Error(`${promql} gives ${results.length} series`);
    return results[0]!.value;
  }

  /** The exemplars of the last hour, of the series that a selector names. */
  async exemplars(selector: string): Promise<readonly SeriesExemplars[]> {
    const now = Date.now() / 1000;
    const query = new URLSearchParams({ query: selector, start: String(now - 3600), end: String(now + 60) });
    const answer = (await (await fetch(`${this.base}/api/v1/query_exemplars?${query}`)).json()) as { status: string; error?: string; data: SeriesExemplars[] };
    if (answer.status !== 'success') throw new Error(`${selector}: ${answer.error}`);
    return answer.data;
  }

  /** What it knows of the metrics of its targets. */
  async metadata(): Promise<Readonly<Record<string, readonly { readonly type: string; readonly help: string; readonly unit: string }[]>>> {
    const response = await fetch(`${this.base}/api/v1/metadata`);
    return ((await response.json()) as { data: Record<string, { type: string; help: string; unit: string }[]> }).data;
  }

  /** The alerts that are pending or firing, by name and state, for instance `TargetDown firing`. */
  async alerts(): Promise<readonly string[]> {
    const response = await fetch(`${this.base}/api/v1/alerts`);
    const { data } = (await response.json()) as { data: { alerts: { labels: { alertname: string }; state: string }[] } };
    return data.alerts.map(({ labels, state }) => `${labels.alertname} ${state}`);
  }

  /** What was wrong with each rule when it was evaluated last, by its name; nothing for those that are well. */
  async ruleFaults(): Promise<Readonly<Record<string, string>>> {
    const response = await fetch(`${this.base}/api/v1/rules`);
    const { data } = (await response.json()) as { data: { groups: { rules: { name: string; health: string; lastError?: string }[] }[] } };
    return Object.fromEntries(data.groups.flatMap(({ rules }) => rules).filter(({ health }) => health === 'err').map(({ name, lastError = '' }) => [name, lastError]));
  }

  /** The last error of each target that is not up, by job. */
  async targetErrors(): Promise<Readonly<Record<string, string>>> {
    const response = await fetch(`${this.base}/api/v1/targets?state=active`);
    const { data } = (await response.json()) as { data: { activeTargets: { labels: { job: string }; lastError: string }[] } };
    return Object.fromEntries(data.activeTargets.filter((target) => target.lastError !== '').map((target) => [target.labels.job, target.lastError]));
  }

  async stop(): Promise<void> {
    await this.program.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

function numberOf(text: string): number {
  return text === '+Inf' ? Infinity : text === '-Inf' ? -Infinity : Number(text);
}
