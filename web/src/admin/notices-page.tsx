import { Notice } from '@diwan/protocol/notices.ts';
import { Badge, Button, Group, Paper, Skeleton, Stack, Text } from '@mantine/core';
import { IconSpeakerphone } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { useLanguage } from '../locales/i18n.ts';
import { useWindowText } from '../notices/notice-banner.tsx';
import { useServerNow } from '../notices/use-notices.ts';
import { Confirm } from '../ui/confirm.tsx';
import { Failure, Nothing, useSentences } from '../ui/states.tsx';
import { toast, toastProblem } from '../ui/toast.ts';
import { get, tell } from '../wire/http.ts';
import { queryClient } from '../wire/queries.ts';
import { onEvent } from '../wire/socket.ts';
import { NoticeDialog } from './notice-dialog.tsx';
import classes from './sheet.module.css';

const queryKey = ['admin', 'notices'];
const refresh = () => queryClient.invalidateQueries({ queryKey });

export function NoticesPage() {
  const { t } = useTranslation('admin');
  const sentence = useSentences();
  const [writing, setWriting] = useState(false);
  const [withdrawing, setWithdrawing] = useState<Notice>();
  const now = useServerNow(10_000);
  const notices = useQuery({ queryKey, queryFn: ({ signal }) => get('/api/admin/notices', z.array(Notice), signal) });
  useEffect(() => {
    const stops = [onEvent('notice:published', refresh), onEvent('notice:withdrawn', refresh)];
    return () => {
      for (const stop of stops) stop();
    };
  }, []);
  const withdraw = async ({ id }: Notice) => {
    await tell('DELETE', `/api/admin/notices/${encodeURIComponent(id)}`).then(
      () => toast(t('notices.withdrawn')),
      (error) => toastProblem(sentence(error)),
    );
    setWithdrawing(undefined);
    await refresh();
  };
  const publish = (
    <Button
      leftSection={<IconSpeakerphone size={19} stroke={1.7} className="mirrored" />}
      onClick={() => setWriting(true)}
    >
      {t('notices.publish')}
    </Button>
  );
  return (
    <Stack gap="md">
      <Group justify="flex-end">{publish}</Group>
      <Paper withBorder radius="lg" className={classes.sheet ?? ''}>
        {notices.isPending ? (
          <Stack p="lg">
            <Skeleton h={40} />
          </Stack>
        ) : notices.isError ? (
          <Failure error={notices.error} onRetry={notices.refetch} />
        ) : notices.data.length === 0 ? (
          <Nothing
            icon={<IconSpeakerphone size={40} stroke={1.4} />}
            title={t('notices.empty')}
            hint={t('notices.emptyHint')}
          />
        ) : (
          <ul className={classes.list} aria-label={t('tabs.notices')}>
            {notices.data.map((notice) => (
              <NoticeLine key={notice.id} notice={notice} now={now} onWithdraw={() => setWithdrawing(notice)} />
            ))}
          </ul>
        )}
      </Paper>
      {writing && (
        <NoticeDialog
          onClose={() => setWriting(false)}
          onPublished={() => {
            setWriting(false);
            toast(t('notices.published'));
            void refresh();
          }}
        />
      )}
      {withdrawing && (
        <Confirm
          title={t('notices.withdrawTitle')}
          action={t('notices.withdraw')}
          danger
          onConfirm={() => withdraw(withdrawing)}
          onClose={() => setWithdrawing(undefined)}
        />
      )}
    </Stack>
  );
}

const severityColors = { info: 'lagoon', warning: 'saffron', critical: 'red' } as const;

function NoticeLine({ notice, now, onWithdraw }: { notice: Notice; now: number; onWithdraw: () => void }) {
  const { t } = useTranslation(['admin', 'notices']);
  const language = useLanguage();
  const state = now >= notice.endsAt ? 'over' : now >= notice.startsAt ? 'ongoing' : 'upcoming';
  const text = notice.text[language];
  return (
    <li className={classes.line}>
      <div className={classes.words}>
        <Text fw={500}>{text}</Text>
        <Text size="sm" c="dimmed">
          {useWindowText(notice)} · {notice.services.map((service) => t(`notices:service.${service}`)).join(', ')}
        </Text>
        <Group gap="xs" mt={6}>
          <Badge variant="light" color={severityColors[notice.severity]}>
            {t(`notices:severity.${notice.severity}`)}
          </Badge>
          <Badge variant="light" color={state === 'ongoing' ? 'lagoon' : 'gray'}>
            {t(`notices.state.${state}`)}
          </Badge>
        </Group>
      </div>
      {state !== 'over' && (
        <Button
          variant="default"
          size="compact-md"
          aria-label={t('notices.withdrawOne', { text })}
          onClick={onWithdraw}
        >
          {t('notices.withdraw')}
        </Button>
      )}
    </li>
  );
}
