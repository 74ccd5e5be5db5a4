import { Skeleton, Stack } from '@mantine/core';
import classes from './nodes-skeleton.module.css';
import type { ViewSettings } from './view-settings.ts';

const places = ['62%', '48%', '55%', '40%', '58%', '44%'];

/** The shape of a folder that is on its way. */
export function NodesSkeleton({ view }: { view: ViewSettings['view'] }) {
  return view === 'list' ? (
    <Stack gap="lg" p="lg">
      {places.map((width) => (
        <Skeleton key={width} h={20} w={width} />
      ))}
    </Stack>
  ) : (
    <div className={classes.tiles}>
      {places.map((width) => (
        <Skeleton key={width} h={192} radius="lg" />
      ))}
    </div>
  );
}
