import type { Catalog } from '../store/catalog.js';
import type { FamilyView } from '../store/family-view.js';
import { Gatherer } from './gatherer.js';

/** Gathers nothing, and asks nobody: of a registry that keeps nothing. */
export class NullGatherer extends Gatherer {
  override async collect(): Promise<readonly FamilyView[]> {
    return [];
  }

  override get isAskable(): boolean {
    return false;
  }

  /** There is nothing to share. */
  override allCatalogs(): Catalog[] {
    return [];
  }

  override collectSync(): readonly FamilyView[] {
    return [];
  }

  protected override async gather(): Promise<FamilyView[]> {
    return [];
  }

  protected override gatherSync(): FamilyView[] {
    return [];
  }
}
