import { Menu, UnstyledButton } from '@mantine/core';
import {
  IconAdjustmentsHorizontal,
  IconAntennaBars5,
  IconChalkboard,
  IconDots,
  IconKeyboard,
  IconLayoutGrid,
  IconLink,
  IconMaximize,
  IconMinimize,
  IconNotes,
  IconPictureInPicture,
} from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import button from './control-button.module.css';
import { type OwnPlace, ownPlaces, type View, views } from './model/scene.ts';
import classes from './more-menu.module.css';
import { useFollow } from './use-follow.ts';
import { canFillScreen, toggleFullScreen, useFullScreen } from './use-full-screen.ts';
import { chooseView, viewing } from './viewing.ts';

const ownTexts = { tile: 'view.ownTile', small: 'view.ownSmall', hidden: 'view.ownHidden' } as const;

export interface MoreDeeds {
  /** undefined: not in this browser. */
  onFloat: (() => void) | undefined;
  floating: boolean;
  onSoundOnly: (on: boolean) => void;
  onNotes: () => void;
  boardOpen: boolean;
  onBoard: () => void;
  onConnection: () => void;
  /** undefined: not for them. */
  onDivide: (() => void) | undefined;
  onDevices: () => void;
  onShortcuts: () => void;
  onCopy: () => void;
}

/** All that a meeting offers and one seldom needs: how it is looked at, the devices, the keys. */
export function MoreMenu(deeds: MoreDeeds) {
  const { onFloat, floating, onSoundOnly, onNotes, onConnection, onDivide, onDevices, onShortcuts, onCopy } = deeds;
  const { boardOpen, onBoard } = deeds;
  const { t } = useTranslation('comfort');
  const { t: vroom } = useTranslation('vroom');
  const { t: written } = useTranslation('document');
  const { t: drawn } = useTranslation('board');
  const { t: breakouts } = useTranslation('breakouts');
  const [open, setOpen] = useState(false);
  const { view, own, soundOnly } = useFollow(viewing);
  const full = useFullScreen();
  return (
    <Menu
      opened={open}
      onChange={setOpen}
      position="top"
      width={270}
      shadow="lg"
      classNames={{ dropdown: classes.menu ?? '' }}
    >
      <Menu.Target>
        <UnstyledButton
          className={button.button}
          data-look="plain"
          aria-label={t('more.label')}
          title={open ? undefined : t('more.label')}
        >
          <IconDots size={22} stroke={1.7} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('view.title')}</Menu.Label>
        <Menu.RadioGroup value={view} onChange={(value) => chooseView({ view: value as View })}>
          {views.map((each) => (
            <Menu.RadioItem key={each} value={each}>
              {t(`view.${each}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Label>{t('view.own')}</Menu.Label>
        <Menu.RadioGroup value={own} onChange={(value) => chooseView({ own: value as OwnPlace })}>
          {ownPlaces.map((each) => (
            <Menu.RadioItem key={each} value={each}>
              {t(ownTexts[each])}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item leftSection={<IconNotes size={18} stroke={1.6} />} onClick={onNotes}>
          {written('notes')}
        </Menu.Item>
        <Menu.Item leftSection={<IconChalkboard size={18} stroke={1.6} />} onClick={onBoard}>
          {drawn(boardOpen ? 'hideBoard' : 'title')}
        </Menu.Item>
        {canFillScreen() && (
          <Menu.Item
            leftSection={full ? <IconMinimize size={18} stroke={1.6} /> : <IconMaximize size={18} stroke={1.6} />}
            onClick={toggleFullScreen}
          >
            {t(full ? 'view.leaveFullScreen' : 'view.fullScreen')}
          </Menu.Item>
        )}
        {onFloat !== undefined && (
          <Menu.Item leftSection={<IconPictureInPicture size={18} stroke={1.6} />} onClick={onFloat}>
            {t(floating ? 'pip.close' : 'pip.open')}
          </Menu.Item>
        )}
        <Menu.CheckboxItem checked={soundOnly} onChange={onSoundOnly}>
          {t('saving.menu')}
        </Menu.CheckboxItem>
        {onDivide !== undefined && (
          <Menu.Item leftSection={<IconLayoutGrid size={18} stroke={1.6} />} onClick={onDivide}>
            {breakouts('divide')}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconAntennaBars5 size={18} stroke={1.6} />} onClick={onConnection}>
          {t('connection.title')}
        </Menu.Item>
        <Menu.Item leftSection={<IconAdjustmentsHorizontal size={18} stroke={1.6} />} onClick={onDevices}>
          {vroom('devices.title')}
        </Menu.Item>
        <Menu.Item leftSection={<IconLink size={18} stroke={1.6} />} onClick={onCopy}>
          {vroom('controls.copy')}
        </Menu.Item>
        <Menu.Item leftSection={<IconKeyboard size={18} stroke={1.6} />} onClick={onShortcuts}>
          {t('shortcuts.title')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
