import { TallystickError, show } from '../model/errors.js';

/** What the label says of a request that no route is known for: one value, however many paths are asked for. */
export const unknownRoute = 'unknown';

/** A template as segments: text, or undefined for one that may be anything. */
interface Template {
  readonly text: string;
  readonly segments: readonly (string | undefined)[];
  /** Whether anything may follow: the template ends in `/*`. */
  readonly isOpen: boolean;
}

/** Turns paths into route templates, of which there are only so many. */
export class Routes {
  private readonly templates: readonly Template[];
  private readonly most: number;
  private readonly seen: Set<string>;

  /**
   * @param most how many different ones of a framework's are taken; further ones are the unknown route
   * @throws TallystickError `INVALID_OPTIONS`
   */
  constructor(subject: string, templates: readonly string[], most: number) {
    if (!Array.isArray(templates)) throw new TallystickError('INVALID_OPTIONS', `${subject}: routes is ${show(templates)}; give an array of templates such as "/users/:id"`);
    if (!Number.isInteger(most) || most < 1) throw new TallystickError('INVALID_OPTIONS', `${subject}: maxRoutes is ${show(most)}; give a whole number of at least 1`);
    this.templates = templates.map((template: unknown) => parse(subject, template));
    this.most = most;
    this.seen = new Set();
  }

  /**
   * The label of a request.
   *
   * @param path what was asked for; a query is ignored
   * @param template what the framework matched it with, if it says so
   */
  find(path: string, template: string | undefined): string {
    const declared = this.templates.length === 0 ? undefined : this.match(path);
    if (declared !== undefined) return declared;
    if (template === undefined || template === '') return unknownRoute;
    if (this.seen.has(template)) return template;
    if (this.seen.size >= this.most) return unknownRoute;
    this.seen.add(template);
    return template;
  }

  private match(path: string): string | undefined {
    const segments = segmentsOf(path.split(/[?#]/, 1)[0]!);
    return this.templates.find((template) => fits(template, segments))?.text;
  }
}

function fits({ segments: wanted, isOpen }: Template, segments: readonly string[]): boolean {
  if (isOpen ? segments.length < wanted.length : segments.length !== wanted.length) return false;
  return wanted.every((segment, place) => segment === undefined || segment === segments[place]);
}

function parse(subject: string, template: unknown): Template {
  if (typeof template !== 'string' || !template.startsWith('/')) {
    throw new TallystickError('INVALID_OPTIONS', `${subject}: route ${show(template)} is no template; give a path that begins with "/", such as "/users/:id" or "/files/*"`);
  }
  const isOpen = template.endsWith('/*');
  const segments = segmentsOf(isOpen ? template.slice(0, -2) : template);
  return { text: template, segments: segments.map((segment) => (segment.startsWith(':') ? undefined : segment)), isOpen };
}

/** Empty ones are left out: `/users/` is `/users`. */
function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}
