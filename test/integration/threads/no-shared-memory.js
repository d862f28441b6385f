/** What a platform says whose threads share no memory. */
delete globalThis[process.argv[2]];
const { Registry } = await import('tallystick');
const { startMetricsServer } = await import('tallystick/expose');
const { attach } = await import('tallystick/aggregate');

const registry = new Registry();
registry.counter({ name: 'jobs_total', help: 'Jobs.' }).inc();
const said = [];
for (const call of [() => startMetricsServer({ registry, port: 0, offThread: true }), async () => attach(registry)]) {
  try {
    await call();
    said.push('nothing');
  } catch ({ code, message }) {
    said.push(`${code} ${message}`);
  }
}
const server = await startMetricsServer({ registry, port: 0 });
const text = await (await fetch(server.url)).text();
await server.close();
console.log(JSON.stringify({ said, text }));
