import type { FamilyShape } from '../model/shape.js';
import { differences } from '../registry/same-shape.js';
import type { FamilyView } from '../store/family-view.js';
import { LabelTable } from '../store/label-table.js';
import { TallystickError } from '../model/errors.js';
import { subjectOf } from '../model/descriptor.js';
import { MergedFamily } from './merged-family.js';
import { mergedShape } from './merged-shape.js';
import type { MergeTarget, Source } from './source.js';

/** Told of what cannot be merged: the metric or source it is about, and why. */
export type MergeFault = (where: string, error: unknown) => void;

/** Puts together what several sources have, metric by metric and series by series. */
export class Merger implements MergeTarget {
  readonly labels: LabelTable;
  readonly families: ReadonlyMap<string, MergedFamily>;
  private readonly all: Map<string, MergedFamily>;
  private readonly onFault: MergeFault;
  private pass: number;
  /** What is left out of this pass. */
  private readonly refused: Refusal[];
  /** Between two passes things are only looked up ahead: what is refused then is noted when it is left out. */
  private isRunning: boolean;

  constructor(onFault: MergeFault) {
    this.labels = new LabelTable();
    this.all = new Map();
    this.families = this.all;
    this.onFault = onFault;
    this.pass = 0;
    this.refused = [];
    this.isRunning = false;
  }

  family(shape: FamilyShape, origin: string): MergedFamily | undefined {
    const { name } = shape.descriptor;
    let family = this.all.get(name);
    if (family !== undefined && !family.isKnown(shape)) {
      const unlike = unlikenesses(family.shape, shape);
      if (unlike.length === 0) family.accept(shape);
      // What collectors yield may have other labels or bounds each time. Instruments keep theirs, or those who have counted and are gone would be left out.
      else if (isCollected(family.shape) && isCollected(shape) && !family.isTouched) family = this.forget(family);
      else {
        if (this.isRunning) this.refused.push({ family, shape, origin, unlike });
        return undefined;
      }
    }
    if (family === undefined) {
      this.all.set(name, (family = new MergedFamily(shape, origin, this.labels)));
      family.begin(this.pass);
      family.accept(shape);
    }
    family.lastPass = this.pass;
    return family;
  }

  /** One pass: every source adds what it has, rows that nobody added to go, and what views show is exchanged at once. */
  run(sources: Iterable<Source>): void {
    const able = new Set(sources);
    // One that throws in the middle may have added half of what it has: the pass is made anew without it.
    this.isRunning = true;
    while (!this.attempt(able)) {}
    this.isRunning = false;
    for (const family of this.all.values()) {
      if (family.lastPass === this.pass) family.end();
      else this.forget(family);
    }
    for (const refusal of this.refused.splice(0)) this.noteRefusal(refusal);
  }

  /** The families as all writers of formats take them. */
  views(): FamilyView[] {
    return [...this.all.values()].map((family) => family.view());
  }

  /** @returns false where the pass is to be made anew */
  private attempt(sources: Set<Source>): boolean {
    this.pass += 1;
    this.refused.length = 0;
    for (const family of this.all.values()) family.begin(this.pass);
    for (const source of sources) {
      try {
        source.contribute(this);
      } catch (error) {
        sources.delete(source);
        source.forget?.();
        this.onFault(source.origin, error);
        return false;
      }
    }
    // What has another shape than one that nobody has any more is not left out: it takes its place.
    const outdated = new Set(this.refused.map(({ family }) => family).filter(({ lastPass }) => lastPass !== this.pass));
    for (const family of outdated) this.forget(family);
    return outdated.size === 0;
  }

  private forget(family: MergedFamily): undefined {
    if (this.all.get(family.shape.descriptor.name) === family) this.all.delete(family.shape.descriptor.name);
    family.close();
  }

  private noteRefusal({ family, shape, origin, unlike }: Refusal): void {
    const { kind, descriptor } = shape;
    // By the metric alone, so that a fault is noted once however many threads come and go.
    this.onFault(descriptor.name, new TallystickError('SHAPE_MISMATCH', `${subjectOf(kind, descriptor.name)}: ${origin} has another shape than ${family.origin}: ${unlike.join('; ')}. Its numbers are left out; give both the same shape`));
  }
}

/** Numbers that are left out, as the metric has another shape. */
interface Refusal {
  readonly family: MergedFamily;
  readonly shape: FamilyShape;
  readonly origin: string;
  readonly unlike: readonly string[];
}

/** How a shape differs from that of a merged family. */
function unlikenesses(known: FamilyShape, shape: FamilyShape): string[] {
  const asked = mergedShape(shape);
  const unlike = known.kind === asked.kind ? differences(known, asked) : [`it is a ${known.kind}, asked for was a ${asked.kind}`];
  if (known.aggregator !== asked.aggregator) unlike.push(`aggregator ${known.aggregator}, asked for was ${asked.aggregator}`);
  if (known.places.created < 0 !== asked.places.created < 0) unlike.push('created times are kept by one of them only');
  if (known.places.native < 0 !== asked.places.native < 0) unlike.push('native buckets are kept by one of them only');
  return unlike;
}

function isCollected({ kind }: FamilyShape): boolean {
  return kind === 'collected';
}
