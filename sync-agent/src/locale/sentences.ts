import type { AgentEvent } from '../agent.ts';
import type { Pause } from '../state/live-status.ts';
import { type AgentWords, agentWords } from './agent.ts';
import { formatsOf, type Language } from './language.ts';

/** What a person reads of an event of the agent. */
export function sentenceOf(event: AgentEvent, language: Language): string {
  const say = agentWords[language];
  switch (event.event) {
    case 'synced':
      return say.synced(event.done);
    case 'resumed':
      return say.resumed;
    case 'conflict':
      return say.conflict(event.path, event.copy);
    case 'incomplete':
      return problemList(event.problems, say);
    case 'paused':
      return pauseText(event.pause, language);
    case 'watch_limited':
      return say.watchLimited;
    case 'watch_overflowed':
      return say.reasons.watch_overflowed;
  }
}

export function pauseText({ why, detail, until }: Pause, language: Language): string {
  const say = agentWords[language];
  const time = until === undefined ? '' : ` (${say.until(formatsOf(language).until(until))})`;
  return `${say.pauses[why]}${time}${detail ? ` [${detail}]` : ''}`;
}

/** What is not in the list is told as it came, as a system's EACCES. */
export const reasonOf = (why: string, say: AgentWords) => (say.reasons as Record<string, string>)[why] ?? why;

const LISTED = 20;
export function problemList(problems: readonly { path: string; why: string }[], say: AgentWords): string {
  const lines = problems.slice(0, LISTED).map(({ path, why }) => `  ${path} : ${reasonOf(why, say)}`);
  if (problems.length > LISTED) lines.push(`  … +${problems.length - LISTED}`);
  return [say.incomplete, ...lines].join('\n');
}
