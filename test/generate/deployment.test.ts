import { describe, expect, it } from 'vitest';
import { type ComposeOptions, type PrometheusConfigOptions, composeFile, prometheusConfig } from '../../src/generate/deployment.js';

describe('prometheus.yml', () => {
  it('scrapes the job, and names the files of rules.', () => {
    expect(prometheusConfig({ job: 'shop', targets: ['a:1', '10.0.0.1:2'], metricsPath: '/internal/metrics', scheme: 'https', scrapeInterval: '30s', ruleFiles: ['alerts.yml'] })).toBe(`global:
  scrape_interval: 30s
  evaluation_interval: 30s
rule_files:
  - alerts.yml
scrape_configs:
  - job_name: shop
    metrics_path: /internal/metrics
    scheme: https
    static_configs:
      - targets:
          - a:1
          - '10.0.0.1:2'
`);
  });

  it.each<[PrometheusConfigOptions, string]>([
    [{ targets: [] }, 'prometheus.yml: targets is []; give hosts and ports, for instance "service:9464"'],
    [{ targets: ['http://a:1'] }, 'prometheus.yml: targets is ["http://a:1"]; give hosts and ports, for instance "service:9464"'],
    [{ metricsPath: 'metrics' }, 'prometheus.yml: metricsPath is "metrics"; give a path that begins with "/"'],
    [{ scheme: 'ftp' as never }, 'prometheus.yml: scheme is "ftp"; give "http" or "https"'],
    [{ scrapeInterval: '1.5s' }, 'prometheus.yml: scrapeInterval is "1.5s"; give a whole number and a unit, for instance "30s" or "5m"'],
    [{ job: '' }, 'prometheus.yml: job is ""; give a text'],
  ])('is refused with %j.', (options, message) => {
    expect(() => prometheusConfig(options)).toThrow(message);
  });
});

describe('A Compose file', () => {
  it('has Prometheus with what it reads, Grafana with data source and dashboards, and the service where it is told how to run it.', () => {
    const text = composeFile({ service: { name: 'shop', image: 'example.org/shop:1', command: ['node', 'shop.js'], port: 8080 }, ruleFiles: ['alerts.yml'], dashboards: ['shop.json'], retention: '30d' });
    expect(text).toMatch(/^services:\n  shop:\n    image: example\.org\/shop:1\n    command:\n      - node\n      - shop\.js\n/);
    for (const part of ["- '127.0.0.1:8080:8080'", './alerts.yml:/etc/prometheus/alerts.yml:ro', '--storage.tsdb.retention.time=30d', './shop.json:/var/lib/grafana/dashboards/shop.json:ro', 'url: http://prometheus:9090', 'prometheus-data: {}']) expect(text).toContain(part);
    expect(text).not.toContain('extra_hosts');
  });

  it('finds a service that runs beside the containers.', () => {
    expect(composeFile()).toContain('- host.docker.internal:host-gateway');
  });

  it('publishes ports to the same machine only.', () => {
    expect(composeFile({ service: { image: 'x' } }).match(/- '?[\d.:]*:\d+'?$/gm)).toEqual(["- '127.0.0.1:9464:9464'", "- '127.0.0.1:9090:9090'", "- '127.0.0.1:3000:3000'"]);
  });

  it.each<[ComposeOptions, string]>([
    [{ service: { image: '' } }, 'compose.yml: service.image is ""; give a text'],
    [{ service: { image: 'x', name: 'grafana' } }, 'compose.yml: service.name is "grafana"; give small letters'],
    [{ service: { image: 'x', port: 0 } }, 'compose.yml: service.port is 0; give a whole number from 1 to 65535'],
    [{ retention: 'long' }, 'compose.yml: retention is "long"'],
    [{ dashboards: 'a' as never }, 'compose.yml: dashboards is "a"; give an array of texts'],
  ])('is refused with %j.', (options, message) => {
    expect(() => composeFile(options)).toThrow(message);
  });
});
