import { Button, Loader, Modal, Text } from '@mantine/core';
import { IconLink, IconScreenShare } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Announcements } from './announcements.tsx';
import { boardTile } from './board/board-tile.tsx';
import { BoardWords } from './board/board-words.tsx';
import { useBoard } from './board/use-board.ts';
import { BreakoutBar } from './breakouts/breakout-bar.tsx';
import { BreakoutWords } from './breakouts/breakout-words.tsx';
import { BreakoutsPanel } from './breakouts/breakouts-panel.tsx';
import { Canvas } from './canvas.tsx';
import { ConnectionPanel } from './connection-panel.tsx';
import { ControlBar } from './control-bar.tsx';
import { DevicePickers } from './device-pickers.tsx';
import { DoorBanner } from './door-banner.tsx';
import { canFloat } from './floating.ts';
import { FloatingVideo, FloatingView } from './floating-view.tsx';
import { HostControls } from './host-controls.tsx';
import { LineOffer } from './line-offer.tsx';
import { canShareScreen } from './model/devices.ts';
import type { LocalMedia } from './model/local-media.ts';
import type { Meeting, MeetingState } from './model/meeting.ts';
import { lineIsPoor } from './model/quality-watch.ts';
import { inCharge } from './model/roles.ts';
import { withoutPictures } from './model/saving.ts';
import { sceneOf } from './model/scene.ts';
import { tilesOf } from './model/tiles.ts';
import { handOf } from './model/together.ts';
import { MutedHint } from './muted-hint.tsx';
import { PeoplePanel } from './people-panel.tsx';
import { PrivacyPanel } from './privacy/privacy-panel.tsx';
import { PrivacySign } from './privacy/privacy-sign.tsx';
import { RemoteAudio } from './remote-audio.tsx';
import { RoleWords } from './role-words.tsx';
import { ShortcutsDialog } from './shortcuts-dialog.tsx';
import classes from './stage.module.css';
import type { Panel } from './together/panel-tabs.tsx';
import { TogetherButtons } from './together/together-buttons.tsx';
import { togetherOf } from './together/together-of.ts';
import { TogetherPanel } from './together/together-panel.tsx';
import { TogetherWords } from './together/together-words.tsx';
import { Troubles } from './troubles.tsx';
import { useCopyLink } from './use-copy-link.ts';
import { useFloating } from './use-floating.ts';
import { useFollow } from './use-follow.ts';
import { canFillScreen, toggleFullScreen } from './use-full-screen.ts';
import { useQuality } from './use-quality.ts';
import { useRecentSpeakers } from './use-recent-speakers.ts';
import { type Deeds, usePushToTalk, useShortcuts } from './use-shortcuts.ts';
import { useWakeLock } from './use-wake-lock.ts';
import { nextView, viewing } from './viewing.ts';

/** The meeting itself. */
export function Stage({ meeting, media, state }: { meeting: Meeting; media: LocalMedia; state: MeetingState }) {
  const { t } = useTranslation('vroom');
  const local = useFollow(media);
  const { t: comfort } = useTranslation('comfort');
  const { t: common } = useTranslation();
  const [panel, setPanel] = useState<Panel | 'connection' | 'breakouts' | 'privacy' | null>(null);
  const [dialog, setDialog] = useState<'devices' | 'shortcuts' | null>(null);
  const tab = panel === 'connection' || panel === 'breakouts' || panel === 'privacy' ? null : panel;
  const [managing, setManaging] = useState(false);
  const copyLink = useCopyLink();
  const recent = useRecentSpeakers(state);
  const quality = useQuality(meeting, media);
  const choice = useFollow(viewing);
  const all = tilesOf(state, local);
  const tiles = choice.soundOnly ? withoutPictures(all, choice.pinned) : all;
  const { spotlight } = state;
  const board = useBoard(state);
  const onStage = board.visible ? { ...tiles, screens: [boardTile, ...tiles.screens] } : tiles;
  const scene = sceneOf(tiles, { ...choice, view: 'speaker', recent, spotlight });
  const inView = scene.large[0] ?? tiles.people[0];
  const { floating, toggle: toggleFloating } = useFloating(inView?.track ?? null);
  const toggle = (which: typeof panel) => setPanel(panel === which ? null : which);
  const soundOnly = (on: boolean) => {
    viewing.set({ soundOnly: on });
    if (on) media.silence('camera');
  };
  const { room } = state;
  const copy = () => void (room && copyLink(room.id));
  const mayShare = inCharge(state.self?.role) || (room?.settings.share ?? true);
  const handUp = state.self !== null && handOf(state.hands, state.self.id) !== undefined;
  const deeds: Deeds = {
    microphone: () => void media.turn('microphone', !media.get().microphone.on),
    camera: () => void media.turn('camera', !media.get().camera.on),
    ...(canShareScreen() && (mayShare || local.screen.on)
      ? { share: () => (local.screen.on ? media.unshare() : void media.share()) }
      : {}),
    people: () => toggle('people'),
    chat: () => toggle('chat'),
    hand: () =>
      void togetherOf(meeting)
        .raiseHand(!handUp)
        .catch(() => undefined),
    connection: () => toggle('connection'),
    ...(canFloat() ? { pip: toggleFloating } : {}),
    view: nextView,
    ...(canFillScreen() ? { fullScreen: toggleFullScreen } : {}),
    help: () => setDialog('shortcuts'),
  };
  useShortcuts(deeds);
  usePushToTalk(media);
  useWakeLock();
  return (
    <div className={classes.stage} data-stage>
      <header className={classes.top}>
        <Text component="h1" className={classes.title ?? ''} truncate>
          <bdi>{room?.title}</bdi>
        </Text>
        <PrivacySign state={state} open={panel === 'privacy'} onOpen={() => toggle('privacy')} />
        <Announcements state={state} />
      </header>
      <BreakoutBar meeting={meeting} state={state} onPanel={() => toggle('breakouts')} />
      <div className={classes.middle}>
        {state.phase === 'joining' ? (
          <div className={classes.joining} role="status">
            <Loader type="dots" color="lagoon.3" aria-hidden />
            {t('stage.joining')}
          </div>
        ) : (
          <Canvas {...{ meeting, recent, spotlight, board }} tiles={onStage} grades={quality.grades} />
        )}
        <div className={classes.over}>
          {state.reconnecting && state.moving === null && (
            <div role="status" className={classes.pill}>
              <Loader size={16} color="currentColor" aria-hidden />
              {t('stage.reconnecting')}
            </div>
          )}
          <BreakoutWords meeting={meeting} state={state} />
          <DoorBanner meeting={meeting} state={state} listOpen={panel === 'people'} onList={() => setPanel('people')} />
          <BoardWords board={board} />
          <TogetherWords meeting={meeting} panel={tab} onPanel={setPanel} />
          <RemoteAudio state={state} />
          <Troubles media={media} onlyNew />
          <MutedHint media={media} />
          <LineOffer
            poor={!choice.soundOnly && lineIsPoor(quality.grades, state.self?.id)}
            onAccept={() => soundOnly(true)}
          />
        </div>
        {panel === 'people' && (
          <PeoplePanel
            {...{ meeting, state, local }}
            onManage={() => setManaging(true)}
            onDivide={() => setPanel('breakouts')}
            onPanel={setPanel}
          />
        )}
        <TogetherPanel meeting={meeting} state={state} panel={tab} onPanel={setPanel} />
        {panel === 'breakouts' && (state.breakouts !== null || inCharge(state.self?.role)) && (
          <BreakoutsPanel meeting={meeting} state={state} onClose={() => setPanel(null)} />
        )}
        {panel === 'privacy' && <PrivacyPanel state={state} onClose={() => setPanel(null)} />}
        {panel === 'connection' && <ConnectionPanel quality={quality} onClose={() => setPanel(null)} />}
      </div>
      {state.phase === 'in' && state.others.length === 0 && !state.reconnecting && state.breakouts === null && (
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
      {choice.soundOnly && (
        <div role="status" className={classes.sharing}>
          <span>{comfort('saving.on')}</span>
          <Button size="compact-sm" variant="white" onClick={() => soundOnly(false)}>
            {comfort('saving.stop')}
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
        mayShare={mayShare}
        count={tiles.people.length}
        peopleOpen={panel === 'people'}
        onPeople={() => toggle('people')}
        onFloat={canFloat() ? toggleFloating : undefined}
        floating={floating !== null}
        onSoundOnly={soundOnly}
        onNotes={() => toggle('notes')}
        boardOpen={board.visible}
        onBoard={board.visible ? board.hide : board.open}
        onConnection={() => toggle('connection')}
        onDivide={inCharge(state.self?.role) ? () => toggle('breakouts') : undefined}
        onDevices={() => setDialog('devices')}
        onShortcuts={() => setDialog('shortcuts')}
        onCopy={copy}
        onLeave={() => void meeting.leave()}
      >
        <TogetherButtons meeting={meeting} panel={tab} onPanel={setPanel} />
      </ControlBar>
      <Modal
        opened={dialog === 'devices'}
        onClose={() => setDialog(null)}
        title={t('devices.title')}
        closeButtonProps={{ 'aria-label': common('action.close') }}
      >
        <DevicePickers media={media} withMeter />
      </Modal>
      {floating?.kind === 'window' && (
        <FloatingView meeting={meeting} media={media} tile={inView} window={floating.window} />
      )}
      {floating?.kind === 'video' && <FloatingVideo meeting={meeting} tile={inView} element={floating.element} />}
      <ShortcutsDialog opened={dialog === 'shortcuts'} deeds={deeds} onClose={() => setDialog(null)} />
    </div>
  );
}
