import { type ErrorCode, errorSentences, type Language, Problem } from '@diwan/protocol/errors.ts';

/** The one error the wire throws. `status` is 0 when no answer came at all. */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.title);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

/** A problem found on this side of the wire. */
export function localProblem(code: ErrorCode, status = 0, detail?: string): ProblemError {
  const title = errorSentences[code].fr;
  return new ProblemError({ type: 'about:blank', status, code, title, ...(detail === undefined ? {} : { detail }) });
}

/** The problem in a body, or `internal` when a proxy or a fault answered something else. */
export function readProblem(status: number, body: string): ProblemError {
  try {
    return new ProblemError(Problem.parse(JSON.parse(body)));
  } catch {
    const code =
      status === 401 ? 'unauthenticated' : status === 413 ? 'too_large' : status >= 502 ? 'unavailable' : 'internal';
    return localProblem(code, status);
  }
}

export function codeOf(error: unknown): ErrorCode {
  return error instanceof ProblemError ? error.problem.code : 'internal';
}

/** The sentence for a person, in the language on the screen rather than the one of the call. */
export function sentenceOf(error: unknown, language: Language): string {
  return errorSentences[codeOf(error)][language];
}
