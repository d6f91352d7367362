/** What is wrong with a manifest, and how it is told. */
export interface Problem {
  /** Where: `spec.execution.validation[0].min_score`; `manifest` for the document itself. */
  readonly path: string;
  /** What is wrong and what is allowed. */
  readonly message: string;
  /** `error`: the server refuses it, or it cannot work. `warning`: it is accepted and probably not meant. */
  readonly severity: 'error' | 'warning';
}

const MOST = 50;

/** One line a problem, errors first: `error spec.task: is required`. At most 50 lines; the rest is counted. */
export function formatProblems(problems: readonly Problem[]): string {
  const ordered = [...ofSeverity(problems, 'error'), ...ofSeverity(problems, 'warning')];
  const lines = ordered.slice(0, MOST).map((each) => `${each.severity} ${each.path}: ${each.message}`);
  const rest = ordered.length - lines.length;
  return rest > 0 ? [...lines, `and ${rest} more`].join('\n') : lines.join('\n');
}

function ofSeverity(problems: readonly Problem[], severity: Problem['severity']): readonly Problem[] {
  return problems.filter((each) => each.severity === severity);
}

/** Collects problems below one root. */
export class Report {
  readonly problems: Problem[] = [];

  error(path: string, message: string): void {
    this.problems.push({ path: path || 'manifest', message, severity: 'error' });
  }

  /** Reports a fault when there is one. */
  errorIf(path: string, fault: string | undefined): void {
    if (fault !== undefined) this.error(path, fault);
  }

  warn(path: string, message: string): void {
    this.problems.push({ path: path || 'manifest', message, severity: 'warning' });
  }
}

/** Path of a key below a path: `.key`, or `["odd key"]`. */
export function keyPath(path: string, key: string): string {
  if (!/^[A-Za-z_][\w-]*$/.test(key)) return `${path}[${quote(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

/** A value as it is shown in a message: JSON, at most 60 characters. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
