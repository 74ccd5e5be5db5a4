import { Button, Loader, Text } from '@mantine/core';
import { IconLink, IconScreenShare } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ControlBar } from './control-bar.tsx';
import { DoorBanner } from './door-banner.tsx';
import { Grid, Presentation, Spotlit } from './grid.tsx';
import { HostControls } from './host-controls.tsx';
import type { LocalMedia } from './model/local-media.ts';
import type { Meeting, MeetingState } from './model/meeting.ts';
import { inCharge } from './model/roles.ts';
import { tilesOf } from './model/tiles.ts';
import { PeoplePanel } from './people-panel.tsx';
import { RemoteAudio } from './remote-audio.tsx';
import { RoleWords } from './role-words.tsx';
import classes from './stage.module.css';
import type { Panel } from './together/panel-tabs.tsx';
import { TogetherButtons } from './together/together-buttons.tsx';
import { TogetherPanel } from './together/together-panel.tsx';
import { TogetherWords } from './together/together-words.tsx';
import { Troubles } from './troubles.tsx';
import { useCopyLink } from './use-copy-link.ts';
import { useFollow } from './use-follow.ts';

/** The meeting itself. */
export function Stage({ meeting, media, state }: { meeting: Meeting; media: LocalMedia; state: MeetingState }) {
  const { t } = useTranslation('vroom');
  const local = useFollow(media);
  const [panel, setPanel] = useState<Panel | null>(null);
  const peopleOpen = panel === 'people';
  const setPeopleOpen = (open: boolean) => setPanel(open ? 'people' : null);
  const [managing, setManaging] = useState(false);
  const copyLink = useCopyLink();
  const { people, screens } = tilesOf(state, local);
  const { room } = state;
  const spotlit = people.find(({ participantId }) => participantId === state.spotlight);
  const copy = () => void (room && copyLink(room.id));
  return (
    <div className={classes.stage} data-stage>
      <header className={classes.top}>
        <Text component="h1" className={classes.title ?? ''} truncate>
          <bdi>{room?.title}</bdi>
        </Text>
        <News state={state} />
      </header>
      <div className={classes.middle}>
        {state.phase === 'joining' ? (
          <div className={classes.joining} role="status">
            <Loader type="dots" color="lagoon.3" aria-hidden />
            {t('stage.joining')}
          </div>
        ) : screens.length > 0 ? (
          <Presentation meeting={meeting} screens={screens} people={people} />
        ) : spotlit !== undefined && people.length > 1 ? (
          <Spotlit meeting={meeting} main={spotlit} people={people} />
        ) : (
          <Grid meeting={meeting} tiles={people} />
        )}
        <div className={classes.over}>
          {state.reconnecting && (
            <div role="status" className={classes.pill}>
              <Loader size={16} color="currentColor" aria-hidden />
              {t('stage.reconnecting')}
            </div>
          )}
          <DoorBanner meeting={meeting} state={state} listOpen={peopleOpen} onList={() => setPeopleOpen(true)} />
          <TogetherWords meeting={meeting} panel={panel} onPanel={setPanel} />
          <RemoteAudio state={state} />
          <Troubles media={media} onlyNew />
        </div>
        {peopleOpen && (
          <PeoplePanel {...{ meeting, state, local }} onManage={() => setManaging(true)} onPanel={setPanel} />
        )}
        <TogetherPanel meeting={meeting} state={state} panel={panel} onPanel={setPanel} />
      </div>
      {state.phase === 'in' && state.others.length === 0 && !state.reconnecting && (
        <div className={classes.alone}>
          <span>
            <strong>{t('stage.alone')}</strong>
            <span>{t('stage.aloneHint')}</span>
          </span>
          <Button
            variant="white"
            className={classes.invite ?? ''}
            leftSection={<IconLink size={17} stroke={1.8} aria-hidden />}
            onClick={copy}
          >
            {t('rooms.copy')}
          </Button>
        </div>
      )}
      {local.screen.on && (
        <div role="status" className={classes.sharing}>
          <IconScreenShare size={20} stroke={1.7} aria-hidden />
          {t('stage.sharing')}
        </div>
      )}
      {managing && inCharge(state.self?.role) && (
        <HostControls meeting={meeting} state={state} onClose={() => setManaging(false)} />
      )}
      <RoleWords meeting={meeting} state={state} />
      <ControlBar
        media={media}
        mayShare={inCharge(state.self?.role) || (room?.settings.share ?? true)}
        count={people.length}
        peopleOpen={peopleOpen}
        onPeople={() => setPeopleOpen(!peopleOpen)}
        onCopy={copy}
        onLeave={() => void meeting.leave()}
      >
        <TogetherButtons meeting={meeting} panel={panel} onPanel={setPanel} />
      </ControlBar>
    </div>
  );
}

/** Who came and went: said aloud, and shown for a moment. */
function News({ state: { news } }: { state: MeetingState }) {
  const { t } = useTranslation('vroom');
  const [old, setOld] = useState(news);
  useEffect(() => {
    const timer = setTimeout(() => setOld(news), 4000);
    return () => clearTimeout(timer);
  }, [news]);
  return (
    <div role="status" aria-live="polite" className={classes.news}>
      {news !== null && news !== old && t(`people.${news.kind}`, { name: news.name })}
    </div>
  );
}
