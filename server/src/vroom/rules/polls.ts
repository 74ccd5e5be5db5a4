import { HubError } from '@diwan/protocol/errors.ts';

/** Why these choices are no vote, if they are not. */
export function refuseVote(
  poll: { open: boolean; multiple: boolean; options: number },
  choices: readonly number[],
): HubError | undefined {
  if (!poll.open) return new HubError('poll_closed');
  if (new Set(choices).size !== choices.length) return new HubError('bad_request', 'each choice once');
  if (choices.some((place) => place < 0 || place >= poll.options)) return new HubError('bad_request', 'no such option');
  if (!poll.multiple && choices.length > 1) return new HubError('bad_request', 'one choice only');
  return undefined;
}
