import * as threads from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { bequeath, startApart } from '../../src/expose/inheritance.js';
import { inheritedKey } from '../../src/registry/sharing.js';

const undo: (() => void)[] = [];

afterEach(() => {
  for (const each of undo.splice(0)) each();
});

const put = (): unknown => threads.getEnvironmentData(inheritedKey);

function leave(name: string): () => void {
  const end = bequeath(threads, name);
  undo.push(end);
  return end;
}

describe('what workers are told to share under', () => {
  it('is the name of the latest server that is still there, and nothing when there is none.', () => {
    expect(put()).toBeUndefined();
    const [one, other] = [leave('one'), leave('other')];
    expect(put()).toBe('other');
    one();
    one();
    expect(put()).toBe('other');
    leave('one');
    expect(put()).toBe('one');
    for (const each of undo.splice(0)) each();
    other();
    expect(put()).toBeUndefined();
  });

  it('is nothing for a worker that is started apart, whether its start fails or not.', () => {
    leave('one');
    expect(startApart(threads, put)).toBeUndefined();
    expect(put()).toBe('one');
    expect(() =>
      startApart(threads, () => {
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(put()).toBe('one');
  });
});
