import type { CollectedFamily } from '../../model/collected.js';

/** Reads a document in one format, a piece at a time. */
export interface FamilyParser {
  /** Families that are complete; whoever takes them empties the list. */
  readonly families: CollectedFamily[];
  /**
   * Reads on. The piece may end anywhere, and may be changed by its owner afterwards.
   *
   * @throws ParseError
   */
  feed(piece: Uint8Array): void;
  /**
   * Says that there is no more.
   *
   * @throws ParseError
   */
  finish(): void;
}

/** How much of a document is kept in memory at most. */
export interface FamilyLimits {
  /** Bytes of the document that one family takes. */
  readonly maxFamilyBytes: number;
  /** Families in the document: their names are remembered, as none may come twice. */
  readonly maxFamilies: number;
}
