import { TallystickError, show } from '../model/errors.js';
import { checkOptions } from '../model/options.js';
import { checkDuration } from './rules.js';
import { type YamlValue, toYaml } from './yaml.js';

export interface PrometheusConfigOptions {
  /** What the service is called as a job; `service` by default. */
  readonly job?: string;
  /** Hosts and ports, for instance `service:9464`, which is the default. */
  readonly targets?: readonly string[];
  /** `/metrics` by default. */
  readonly metricsPath?: string;
  /** `http` by default. */
  readonly scheme?: 'http' | 'https';
  /** How often targets are scraped and rules are looked at; `15s` by default. */
  readonly scrapeInterval?: string;
  /** Files of rules, by their paths from that of the configuration; none by default. */
  readonly ruleFiles?: readonly string[];
}

const defaultTarget = 'service:9464';

/**
 * Writes the configuration of a Prometheus that scrapes one job.
 *
 * @throws TallystickError `INVALID_OPTIONS`
 *
 * @example
 * console.log(prometheusConfig({ job: 'shop', targets: ['shop:9464'], ruleFiles: ['alerts.yml'] }));
 */
export function prometheusConfig(options: PrometheusConfigOptions = {}): string {
  const subject = 'prometheus.yml';
  checkOptions(subject, options, ['job', 'targets', 'metricsPath', 'scheme', 'scrapeInterval', 'ruleFiles']);
  const { job = 'service', targets = [defaultTarget], metricsPath = '/metrics', scheme = 'http', ruleFiles = [] } = options;
  const interval = checkDuration(subject, 'scrapeInterval', options.scrapeInterval ?? '15s');
  checkText(subject, 'job', job);
  checkTexts(subject, 'targets', targets);
  checkTexts(subject, 'ruleFiles', ruleFiles);
  if (targets.length === 0 || targets.some((target) => /[/\s]/.test(target))) throw new TallystickError('INVALID_OPTIONS', `${subject}: targets is ${show(targets)}; give hosts and ports, for instance "service:9464"`);
  if (typeof metricsPath !== 'string' || !/^\/[^?#\s]*$/.test(metricsPath)) throw new TallystickError('INVALID_OPTIONS', `${subject}: metricsPath is ${show(metricsPath)}; give a path that begins with "/"`);
  if (scheme !== 'http' && scheme !== 'https') throw new TallystickError('INVALID_OPTIONS', `${subject}: scheme is ${show(scheme)}; give "http" or "https"`);
  return toYaml({
    global: { scrape_interval: interval, evaluation_interval: interval },
    ...(ruleFiles.length === 0 ? {} : { rule_files: ruleFiles }),
    scrape_configs: [{ job_name: job, metrics_path: metricsPath, scheme, static_configs: [{ targets }] }],
  });
}

export interface ComposeOptions {
  /** What runs the service; it is not in the file when left out. */
  readonly service?: ComposeService;
  /** Files of rules beside the Compose file, as `prometheus.yml` names them. */
  readonly ruleFiles?: readonly string[];
  /** Dashboards beside the Compose file; `dashboard.json` by default. */
  readonly dashboards?: readonly string[];
  /** How long Prometheus keeps its data; `15d` by default. */
  readonly retention?: string;
}

/** How the service itself is run. */
export interface ComposeService {
  /** Its name in the network, `service` by default. */
  readonly name?: string;
  readonly image: string;
  /** Program and arguments; the image's own when left out. */
  readonly command?: readonly string[];
  /** The port it listens on, 9464 by default. */
  readonly port?: number;
  /** Whether the folder of the Compose file is mounted as `/app`, to be run from there. */
  readonly mountFolder?: boolean;
}

/** Ports are published to this machine only. */
const prometheusImage = 'prom/prometheus:v3.5.0';
const grafanaImage = 'grafana/grafana:12.1.0';
const provisioning = '/etc/grafana/provisioning';

/**
 * Writes a Compose file: Prometheus with `prometheus.yml` and the files of rules beside it, Grafana with that Prometheus as data source and with the
 * dashboards, and the service if it is told how to run it. Ports are open to the same machine only. It needs Docker Compose 2.23.1, which knows `configs` with content.
 *
 * @throws TallystickError `INVALID_OPTIONS`
 *
 * @example
 * console.log(composeFile({ service: { image: 'example.org/shop:1' }, ruleFiles: ['alerts.yml'] }));
 */
export function composeFile(options: ComposeOptions = {}): string {
  const subject = 'compose.yml';
  checkOptions(subject, options, ['service', 'ruleFiles', 'dashboards', 'retention']);
  const { service, ruleFiles = [], dashboards = ['dashboard.json'] } = options;
  const retention = checkDuration(subject, 'retention', options.retention ?? '15d');
  checkTexts(subject, 'ruleFiles', ruleFiles);
  checkTexts(subject, 'dashboards', dashboards);
  const own = service === undefined ? undefined : serviceOf(subject, service);
  const datasource: YamlValue = { apiVersion: 1, datasources: [{ name: 'Prometheus', type: 'prometheus', uid: 'prometheus', access: 'proxy', url: 'http://prometheus:9090', isDefault: true }] };
  const providers: YamlValue = { apiVersion: 1, providers: [{ name: 'dashboards', type: 'file', options: { path: '/var/lib/grafana/dashboards' } }] };
  return toYaml({
    services: {
      ...(own === undefined ? {} : { [own.name]: own.value }),
      prometheus: {
        image: prometheusImage,
        command: ['--config.file=/etc/prometheus/prometheus.yml', '--storage.tsdb.path=/prometheus', `--storage.tsdb.retention.time=${retention}`],
        volumes: [...['prometheus.yml', ...ruleFiles].map((file) => `./${file}:/etc/prometheus/${file}:ro`), 'prometheus-data:/prometheus'],
        // What runs beside the containers is found by this name.
        ...(own === undefined ? { extra_hosts: ['host.docker.internal:host-gateway'] } : { depends_on: [own.name] }),
        ports: ['127.0.0.1:9090:9090'],
      },
      grafana: {
        image: grafanaImage,
        configs: [
          { source: 'grafana-datasource', target: `${provisioning}/datasources/prometheus.yml` },
          { source: 'grafana-dashboards', target: `${provisioning}/dashboards/dashboards.yml` },
        ],
        volumes: [...dashboards.map((file) => `./${file}:/var/lib/grafana/dashboards/${file}:ro`), 'grafana-data:/var/lib/grafana'],
        depends_on: ['prometheus'],
        ports: ['127.0.0.1:3000:3000'],
      },
    },
    configs: { 'grafana-datasource': { content: toYaml(datasource) }, 'grafana-dashboards': { content: toYaml(providers) } },
    volumes: { 'prometheus-data': {}, 'grafana-data': {} },
  });
}

function serviceOf(subject: string, service: ComposeService): { readonly name: string; readonly value: YamlValue } {
  checkOptions(`${subject}: service`, service, ['name', 'image', 'command', 'port', 'mountFolder']);
  const { name = 'service', image, command, port = 9464, mountFolder = false } = service;
  if (typeof name !== 'string' || !/^[a-z0-9][a-z0-9_-]*$/.test(name) || name === 'prometheus' || name === 'grafana') throw new TallystickError('INVALID_OPTIONS', `${subject}: service.name is ${show(name)}; give small letters, digits, "-" and "_", and neither "prometheus" nor "grafana"`);
  checkText(subject, 'service.image', image);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new TallystickError('INVALID_OPTIONS', `${subject}: service.port is ${show(port)}; give a whole number from 1 to 65535`);
  if (command !== undefined) checkTexts(subject, 'service.command', command);
  const value: YamlValue = {
    image,
    ...(mountFolder ? { working_dir: '/app', volumes: ['./:/app:ro'] } : {}),
    ...(command === undefined ? {} : { command }),
    environment: { PORT: String(port), HOST: '0.0.0.0' },
    ports: [`127.0.0.1:${port}:${port}`],
  };
  return { name, value };
}

function checkText(subject: string, option: string, text: unknown): void {
  if (typeof text !== 'string' || text.trim() === '') throw new TallystickError('INVALID_OPTIONS', `${subject}: ${option} is ${show(text)}; give a text`);
}

function checkTexts(subject: string, option: string, texts: unknown): void {
  if (!Array.isArray(texts) || texts.some((text: unknown) => typeof text !== 'string' || text === '')) throw new TallystickError('INVALID_OPTIONS', `${subject}: ${option} is ${show(texts)}; give an array of texts`);
}
