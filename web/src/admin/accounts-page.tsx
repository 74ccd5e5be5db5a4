import { AccountCreated, AccountPatch, type AccountQuota, AdminAccount, AdminQuotas } from '@diwan/protocol/admin.ts';
import { ActionIcon, Badge, Button, Group, Menu, Paper, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import {
  IconDatabase,
  IconDots,
  IconMail,
  IconPlayerPause,
  IconPlayerPlay,
  IconSearch,
  IconShield,
  IconShieldOff,
  IconUserPlus,
  IconUsers,
} from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { Confirm } from '../ui/confirm.tsx';
import { useFormats } from '../ui/format.ts';
import { Failure, Nothing, useSentences } from '../ui/states.tsx';
import { toast, toastProblem } from '../ui/toast.ts';
import { get, send } from '../wire/http.ts';
import { queryClient, useMe } from '../wire/queries.ts';
import { AccountDialog } from './account-dialog.tsx';
import { InvitationDialog } from './invitation-dialog.tsx';
import { findAccounts } from './model.ts';
import { QuotaDialog } from './quota-dialog.tsx';
import classes from './sheet.module.css';

const accountPath = (id: string) => `/api/admin/accounts/${encodeURIComponent(id)}`;
type Asked = { what: 'create' } | { what: 'suspend' | 'makeAdmin' | 'quota'; account: AdminAccount };

export function AccountsPage() {
  const { t } = useTranslation('admin');
  const sentence = useSentences();
  const [asked, setAsked] = useState<Asked>();
  const [created, setCreated] = useState<AccountCreated>();
  const [words, setWords] = useState('');
  const accounts = useQuery({
    queryKey: ['admin', 'accounts'],
    queryFn: ({ signal }) => get('/api/admin/accounts', z.array(AdminAccount), signal),
  });
  const quotas = useQuery({
    queryKey: ['admin', 'quotas'],
    queryFn: ({ signal }) => get('/api/admin/quotas', AdminQuotas, signal),
  });
  const quotaOf = ({ id }: AdminAccount) => quotas.data?.accounts.find(({ accountId }) => accountId === id);
  const askedQuota = asked?.what === 'quota' ? quotaOf(asked.account) : undefined;
  const refresh = () => queryClient.invalidateQueries({ queryKey: ['admin', 'accounts'] });
  const patch = useMutation({
    mutationFn: ({ id, ...body }: AccountPatch & { id: string }) =>
      send('PATCH', accountPath(id), { request: AccountPatch, body, answer: AdminAccount }),
    onSuccess: () => toast(t('accounts.changed')),
    onError: (error) => toastProblem(sentence(error)),
    onSettled: () => {
      setAsked(undefined);
      return refresh();
    },
  });
  const reinvite = useMutation({
    mutationFn: (id: string) => send('POST', `${accountPath(id)}/invitation`, { answer: AccountCreated }),
    onSuccess: setCreated,
    onError: (error) => toastProblem(sentence(error)),
  });
  const onAction = (action: AccountAction, account: AdminAccount) => {
    if (action === 'suspend' || action === 'makeAdmin' || action === 'quota')
      return setAsked({ what: action, account });
    if (action === 'reinvite') return reinvite.mutate(account.id);
    patch.mutate(action === 'makeClient' ? { id: account.id, role: 'client' } : { id: account.id, suspended: false });
  };
  const shown = findAccounts(accounts.data ?? [], words);

  return (
    <Stack gap="md">
      <Group justify="space-between" gap="sm">
        <TextInput
          type="search"
          aria-label={t('accounts.search')}
          placeholder={t('accounts.search')}
          leftSection={<IconSearch size={18} stroke={1.7} aria-hidden />}
          w={{ base: '100%', xs: '18rem' }}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
        <Button leftSection={<IconUserPlus size={19} stroke={1.7} />} onClick={() => setAsked({ what: 'create' })}>
          {t('accounts.create')}
        </Button>
      </Group>
      <Paper withBorder radius="lg" className={classes.sheet ?? ''}>
        {accounts.isPending ? (
          <Stack p="lg">
            <Skeleton h={40} />
            <Skeleton h={40} />
          </Stack>
        ) : accounts.isError ? (
          <Failure error={accounts.error} onRetry={accounts.refetch} />
        ) : shown.length === 0 ? (
          <Nothing
            icon={<IconUsers size={40} stroke={1.4} />}
            title={t(words ? 'accounts.noMatch' : 'accounts.empty')}
          />
        ) : (
          <ul className={classes.list} aria-label={t('tabs.accounts')}>
            {shown.map((account) => (
              <AccountLine
                key={account.id}
                account={account}
                quota={quotaOf(account)}
                defaultBytes={quotas.data?.defaultBytes ?? null}
                onAction={onAction}
              />
            ))}
          </ul>
        )}
      </Paper>
      {asked?.what === 'create' && (
        <AccountDialog
          onClose={() => setAsked(undefined)}
          onCreated={(answer) => {
            setAsked(undefined);
            setCreated(answer);
            void refresh();
          }}
        />
      )}
      {asked?.what === 'quota' && askedQuota && (
        <QuotaDialog
          account={asked.account}
          quota={askedQuota}
          defaultBytes={quotas.data?.defaultBytes ?? null}
          onClose={() => setAsked(undefined)}
        />
      )}
      {(asked?.what === 'suspend' || asked?.what === 'makeAdmin') && (
        <Confirm
          title={t(asked.what === 'suspend' ? 'accounts.suspendTitle' : 'accounts.roleTitle', {
            name: asked.account.name,
          })}
          hint={t(asked.what === 'suspend' ? 'accounts.suspendHint' : 'accounts.roleHint')}
          action={t(`accounts.${asked.what}`)}
          danger={asked.what === 'suspend'}
          onConfirm={() =>
            patch
              .mutateAsync({
                id: asked.account.id,
                ...(asked.what === 'suspend' ? { suspended: true } : { role: 'admin' }),
              })
              .catch(() => undefined)
          }
          onClose={() => setAsked(undefined)}
        />
      )}
      {created && <InvitationDialog created={created} onClose={() => setCreated(undefined)} />}
    </Stack>
  );
}

type AccountAction = 'quota' | 'suspend' | 'reactivate' | 'makeAdmin' | 'makeClient' | 'reinvite';
const statusColors = { active: 'lagoon', invited: 'saffron', suspended: 'red' } as const;

type AccountProps = {
  account: AdminAccount;
  quota: AccountQuota | undefined;
  defaultBytes: number | null;
  onAction: (action: AccountAction, account: AdminAccount) => void;
};

function AccountLine(props: AccountProps) {
  const { t } = useTranslation('admin');
  const format = useFormats();
  const { account } = props;
  const usageWords = ({ usedBytes, ownBytes }: AccountQuota) => {
    const used = format.size(usedBytes);
    const limit = ownBytes ?? props.defaultBytes;
    return limit ? t('quota.of', { used, quota: format.size(limit) }) : t('quota.used', { used });
  };
  const mine = useMe().account.id === account.id;
  return (
    <li className={classes.line}>
      <div className={classes.words}>
        <Group gap="xs">
          <Text fw={500} component="bdi">
            {account.name}
          </Text>
          {mine && <Text c="dimmed">({t('accounts.you')})</Text>}
          {account.role === 'admin' && (
            <Badge variant="light" color="gray">
              {t('accounts.roles.admin')}
            </Badge>
          )}
        </Group>
        <Text size="sm" c="dimmed">
          <bdi>{account.email}</bdi>
          {props.quota && <> · {usageWords(props.quota)}</>}
        </Text>
      </div>
      <div className={classes.facts}>
        <Badge variant="light" color={statusColors[account.status]}>
          {t(`accounts.status.${account.status}`)}
        </Badge>
        <Text size="sm" c="dimmed" className={classes.minor ?? ''}>
          {t('accounts.termsColumn')}{' '}
          {account.termsVersion === null
            ? t('accounts.termsNone').toLowerCase()
            : t('accounts.termsVersion', { version: account.termsVersion })}
        </Text>
        <Text size="sm" c="dimmed" className={classes.minor ?? ''} title={t('accounts.lastLogin')}>
          {account.lastLoginAt === null ? t('accounts.never') : format.dateTime(account.lastLoginAt)}
        </Text>
      </div>
      <AccountMenu {...props} mine={mine} />
    </li>
  );
}

function AccountMenu({ account, mine, onAction }: AccountProps & { mine: boolean }) {
  const { t } = useTranslation('admin');
  const act = (action: AccountAction) => () => onAction(action, account);
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={38} aria-label={t('accounts.actions', { name: account.name })}>
          <IconDots size={20} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconDatabase size={18} />} onClick={act('quota')}>
          {t('quota.label')}
        </Menu.Item>
        {!mine && <Standing account={account} act={act} />}
      </Menu.Dropdown>
    </Menu>
  );
}

/** What shuts or opens an account, or gives it power: not for one's own. */
function Standing(props: { account: AdminAccount; act: (action: AccountAction) => () => void }) {
  const { t } = useTranslation('admin');
  const { account, act } = props;
  return (
    <>
      {account.status === 'invited' && (
        <Menu.Item leftSection={<IconMail size={18} />} onClick={act('reinvite')}>
          {t('accounts.reinvite')}
        </Menu.Item>
      )}
      {account.role === 'client' ? (
        <Menu.Item leftSection={<IconShield size={18} />} onClick={act('makeAdmin')}>
          {t('accounts.makeAdmin')}
        </Menu.Item>
      ) : (
        <Menu.Item leftSection={<IconShieldOff size={18} />} onClick={act('makeClient')}>
          {t('accounts.makeClient')}
        </Menu.Item>
      )}
      {account.status === 'suspended' ? (
        <Menu.Item leftSection={<IconPlayerPlay size={18} className="mirrored" />} onClick={act('reactivate')}>
          {t('accounts.reactivate')}
        </Menu.Item>
      ) : (
        <Menu.Item color="red" leftSection={<IconPlayerPause size={18} />} onClick={act('suspend')}>
          {t('accounts.suspend')}
        </Menu.Item>
      )}
    </>
  );
}
