import { describeUserAgent } from '@diwan/protocol/user-agent.ts';
import i18next from 'i18next';
import { toastProblem } from '../ui/toast.ts';
import { queryClient } from '../wire/queries.ts';
import { onEvent } from '../wire/socket.ts';

/** a sign-in from a device that is new to the account is told wherever its owner is signed in. */
export const followSignIns = (): (() => void) =>
  onEvent('session:opened', ({ ip, userAgent }) => {
    const device = describeUserAgent(userAgent) ?? i18next.t('account:sessions.unknown');
    toastProblem(i18next.t('account:sessions.isNew', { device, ip }));
    void queryClient.invalidateQueries({ queryKey: ['sessions'] });
  });
