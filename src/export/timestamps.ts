import { FamilyView } from '../store/family-view.js';

/** The family with samples that carry no time, for receivers that refuse them. */
export function withoutTimestamps(view: FamilyView): FamilyView {
  if (view.timestampCell < 0) return view;
  const { prepare, createdCell, native, exemplars } = view;
  return new FamilyView(view.descriptor, view.table, { prepare, createdCell, native, exemplars });
}
