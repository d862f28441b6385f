import fc from 'fast-check';

/**
 * Every property runs on the same inputs each time, so that a failure is a failure of the code and not of the day. `PROPERTY_SEED=random`
 * explores other inputs; a failure prints the seed that leads back to it.
 */
const { PROPERTY_SEED: seed = '20250101' } = process.env;
fc.configureGlobal(seed === 'random' ? {} : { seed: Number(seed) });
