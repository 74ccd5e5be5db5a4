import type { SpaceRole } from '@diwan/protocol/ibox.ts';
import type { Sharing } from '@diwan/protocol/ibox-shares.ts';
import { ActionIcon, Avatar, Badge, Text } from '@mantine/core';
import { IconMail, IconX } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Confirm } from '../../ui/confirm.tsx';
import { useFormats } from '../../ui/format.ts';
import { useMe } from '../../wire/queries.ts';
import { RoleSelect } from './role-select.tsx';
import { removeMember, setRole, shareFolder, withdrawInvitation } from './shares.ts';
import classes from './sharing.module.css';
import { useTold } from './use-told.ts';

/** Who has part in a shared folder and who is asked, as its managers see and change it. One leaves by another way. */
export function MemberList({ sharing }: { sharing: Sharing }) {
  const { t } = useTranslation('sharing');
  const format = useFormats();
  const me = useMe().account.id;
  const told = useTold();
  const [leaving, setLeaving] = useState<{ accountId: string; name: string }>();
  const { spaceId, rootId, members, invitations } = sharing;
  const change = (work: Promise<unknown>, name: string, role: SpaceRole) =>
    void told(work, t('people.roleChanged', { name, role: t(`role.${role}`) }));
  return (
    <>
      <ul className={classes.people} aria-label={t('people.list')}>
        {members.map(({ accountId, name, email, role, isOwner }) => (
          <Entry
            key={accountId}
            face={<Avatar name={name} color="initials" radius="xl" size={38} aria-hidden />}
            name={
              <>
                <bdi>{name}</bdi> {accountId === me && <span className={classes.quiet}>({t('people.you')})</span>}
              </>
            }
            hint={email}
          >
            {isOwner || accountId === me ? (
              <Badge variant="light" size="lg">
                {isOwner ? t('people.owner') : t(`role.${role}`)}
              </Badge>
            ) : (
              <>
                <RoleSelect
                  size="sm"
                  className={classes.role ?? ''}
                  aria-label={t('roleOf', { name })}
                  value={role}
                  onChange={(wanted) => change(setRole(spaceId, accountId, wanted), name, wanted)}
                />
                <Remove label={t('people.remove', { name })} onClick={() => setLeaving({ accountId, name })} />
              </>
            )}
          </Entry>
        ))}
        {invitations.map(({ id, email, role, expiresAt }) => (
          <Entry
            key={id}
            face={
              <Avatar radius="xl" size={38} aria-hidden>
                <IconMail size={19} stroke={1.6} />
              </Avatar>
            }
            name={<bdi>{email}</bdi>}
            hint={t('people.pendingUntil', { date: format.date(expiresAt) })}
            mark={
              <Badge variant="light" color="saffron">
                {t('people.pending')}
              </Badge>
            }
          >
            <RoleSelect
              size="sm"
              className={classes.role ?? ''}
              aria-label={t('roleOf', { name: email })}
              value={role}
              onChange={(wanted) =>
                change(shareFolder(rootId, { people: [{ email, role: wanted }], message: '' }), email, wanted)
              }
            />
            <Remove
              label={t('people.withdraw', { email })}
              onClick={() => void told(withdrawInvitation(spaceId, id), t('people.withdrawn'))}
            />
          </Entry>
        ))}
      </ul>
      {leaving && (
        <Confirm
          title={t('people.removeTitle', { name: leaving.name })}
          hint={t('people.removeHint')}
          action={t('people.removeAction')}
          danger
          onConfirm={async () => {
            await told(removeMember(spaceId, leaving.accountId), t('people.removed', { name: leaving.name }));
            setLeaving(undefined);
          }}
          onClose={() => setLeaving(undefined)}
        />
      )}
    </>
  );
}

function Entry(props: { face: ReactNode; name: ReactNode; hint: string; mark?: ReactNode; children: ReactNode }) {
  return (
    <li className={classes.person}>
      {props.face}
      <div className={classes.who}>
        <Text fw={500} component="div" className={classes.name ?? ''}>
          {props.name} {props.mark}
        </Text>
        <Text size="sm" c="dimmed" truncate>
          <bdi>{props.hint}</bdi>
        </Text>
      </div>
      <div className={classes.acts}>{props.children}</div>
    </li>
  );
}

function Remove({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <ActionIcon variant="subtle" color="gray" size={36} aria-label={label} title={label} onClick={onClick}>
      <IconX size={18} />
    </ActionIcon>
  );
}
