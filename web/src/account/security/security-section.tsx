import { FullyProved, RecoveryCodes, type Security } from '@diwan/protocol/second-factor.ts';
import { Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../ui/format.ts';
import { Section } from '../../ui/section.tsx';
import { Failure } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.ts';
import { send, tell } from '../../wire/http.ts';
import { queryClient } from '../../wire/queries.ts';
import { ProveDialog } from './prove-dialog.tsx';
import { RecoveryCodesDialog } from './recovery-codes-dialog.tsx';
import { securityAddress, securityQuery } from './security-query.ts';
import { TotpDialog } from './totp-dialog.tsx';

type Open = 'add-totp' | 'remove-totp' | 'renew-codes' | undefined;

/** what protects the account beside its password. */
export function SecuritySection() {
  const { t } = useTranslation('security');
  const security = useQuery(securityQuery);
  const [open, setOpen] = useState<Open>();
  const [codes, setCodes] = useState<string[]>();
  const changed = () => queryClient.invalidateQueries(securityQuery);
  const close = () => setOpen(undefined);
  const show = (fresh: string[] | null) => {
    close();
    if (fresh) setCodes(fresh);
    void changed();
  };
  return (
    <Section title={t('title')} lead={t('lead')}>
      {security.isPending && <Skeleton h={96} radius="md" />}
      {security.isError && <Failure error={security.error} onRetry={security.refetch} />}
      {security.data && <Factors security={security.data} onOpen={setOpen} />}
      {open === 'add-totp' && <TotpDialog onClose={close} onAdded={show} />}
      {open === 'remove-totp' && (
        <ProveDialog
          title={t('totp.removeTitle')}
          hint={t('totp.removeHint')}
          action={t('totp.remove')}
          danger
          onClose={close}
          onProved={async (body) => {
            await tell('POST', `${securityAddress}/totp/off`, { request: FullyProved, body });
            await changed();
            close();
            toast(t('totp.removed'));
          }}
        />
      )}
      {open === 'renew-codes' && (
        <ProveDialog
          title={t('recovery.renewTitle')}
          hint={t('recovery.renewHint')}
          action={t('recovery.renew')}
          onClose={close}
          onProved={async (body) => {
            const call = { request: FullyProved, body, answer: RecoveryCodes };
            show((await send('POST', `${securityAddress}/recovery-codes`, call)).recoveryCodes);
          }}
        />
      )}
      {codes && <RecoveryCodesDialog codes={codes} onClose={() => setCodes(undefined)} />}
    </Section>
  );
}

function Factors({ security, onOpen }: { security: Security; onOpen: (open: Open) => void }) {
  const { t } = useTranslation('security');
  const format = useFormats();
  const { totpSince, recoveryCodesLeft } = security;
  const isProtected = totpSince !== null;
  return (
    <Stack gap="xl">
      <Factor
        title={t('totp.title')}
        text={totpSince === null ? t('totp.off') : t('totp.on', { date: format.date(totpSince) })}
      >
        {totpSince === null ? (
          <Button onClick={() => onOpen('add-totp')}>{t('totp.add')}</Button>
        ) : (
          <Button variant="default" onClick={() => onOpen('remove-totp')}>
            {t('totp.remove')}
          </Button>
        )}
      </Factor>
      {isProtected && (
        <Factor
          title={t('recovery.title')}
          text={recoveryCodesLeft === 0 ? t('recovery.none') : t('recovery.left', { count: recoveryCodesLeft })}
        >
          <Button variant="default" onClick={() => onOpen('renew-codes')}>
            {t('recovery.renew')}
          </Button>
        </Factor>
      )}
    </Stack>
  );
}

function Factor(props: { title: string; text: string; children: ReactNode }) {
  return (
    <Stack gap="sm" align="flex-start">
      <div>
        <Title order={3} size="h4">
          {props.title}
        </Title>
        <Text c="dimmed">{props.text}</Text>
      </div>
      <Group gap="sm">{props.children}</Group>
    </Stack>
  );
}
