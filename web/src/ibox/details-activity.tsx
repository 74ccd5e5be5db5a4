import type { Node } from '@diwan/protocol/ibox.ts';
import type { ActivityEntry } from '@diwan/protocol/ibox-activity.ts';
import { Button, Text } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../ui/format.ts';
import { Failure, Nothing, Waiting } from '../ui/states.tsx';
import classes from './details-social.module.css';
import { activityQuery } from './social.ts';

/** Who did what to a file, or to a folder and what lies in it. */
export function Activity({ node }: { node: Node }) {
  const { t } = useTranslation(['social', 'browse', 'common']);
  const query = useInfiniteQuery(activityQuery(node.id));
  if (query.isPending) return <Waiting />;
  const entries = query.data?.pages.flatMap((page) => page.entries) ?? [];
  if (query.isError && entries.length === 0) return <Failure error={query.error} onRetry={query.refetch} />;
  if (entries.length === 0)
    return <Nothing icon={<IconHistory size={36} stroke={1.3} />} title={t('activity.nothing')} />;
  return (
    <>
      <ol className={classes.list} aria-label={t('browse:tabs.activity')}>
        {entries.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ol>
      {query.hasNextPage && (
        <Button variant="default" fullWidth loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
          {t('common:action.more')}
        </Button>
      )}
    </>
  );
}

/** A name of any script, which leaves the direction of the sentence alone. */
const apart = (name: string) => `\u2068${name}\u2069`;

function Entry({ entry }: { entry: ActivityEntry }) {
  const { t } = useTranslation(['social', 'ibox']);
  const format = useFormats();
  const sentence = t(`activity.verb.${entry.verb}`, {
    who: entry.by === null ? t('activity.someone') : apart(entry.by),
    count: entry.count,
    name: apart(entry.name),
    from: apart(entry.fromName ?? ''),
    folder: apart(entry.folder?.name ?? t('ibox:root')),
    about: apart(entry.about ?? ''),
  });
  return (
    <li className={classes.entry}>
      <Text size="sm">{sentence}</Text>
      <Text size="sm" c="dimmed">
        <time dateTime={new Date(entry.at).toISOString()} title={format.dateTime(entry.at)}>
          {format.relative(entry.at, Date.now())}
        </time>
      </Text>
    </li>
  );
}
