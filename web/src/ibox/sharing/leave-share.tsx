import type { Space } from '@diwan/protocol/ibox.ts';
import { useTranslation } from 'react-i18next';
import { Confirm } from '../../ui/confirm.tsx';
import { useMe } from '../../wire/queries.ts';
import { removeMember, stopSharing } from './shares.ts';
import { useTold } from './use-told.ts';

/** Asks before a member leaves a shared folder, or its owner ends it, and says what that means. */
export function LeaveShare(props: {
  space: Pick<Space, 'id' | 'name' | 'isOwner'>;
  onDone: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation('sharing');
  const me = useMe().account.id;
  const told = useTold();
  const { id, name, isOwner } = props.space;
  const way = isOwner ? 'stop' : 'leave';
  return (
    <Confirm
      title={t(`${way}.title`, { name })}
      hint={t(`${way}.hint`)}
      action={isOwner ? t('stop.action') : t('leave.confirm')}
      danger
      onConfirm={async () => {
        const done = await told(isOwner ? stopSharing(id) : removeMember(id, me), t(`${way}.done`, { name }));
        if (done) props.onDone();
        else props.onClose();
      }}
      onClose={props.onClose}
    />
  );
}
