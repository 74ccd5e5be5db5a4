import type { RoomSettings, RoomSettingsChange } from '@diwan/protocol/vroom-roles.ts';
import { Button, Group, Modal, PasswordInput, Stack, Switch, Title } from '@mantine/core';
import { IconMicrophoneOff, IconPhoneOff } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Confirm } from '../ui/confirm.tsx';
import { toast } from '../ui/toast.ts';
import type { Meeting, MeetingState } from './model/meeting.ts';
import { MeetingEncryption } from './privacy/encryption-switch.tsx';
import { useAttempt } from './use-attempt.ts';

/** Who comes in and what people may do: each switch holds at once, for everybody. */
export function HostControls(props: { meeting: Meeting; state: MeetingState; onClose: () => void }) {
  const { meeting, state, onClose } = props;
  const { t } = useTranslation('roles');
  const { t: common } = useTranslation();
  const attempt = useAttempt();
  const [ending, setEnding] = useState(false);
  const settings = state.room?.settings;
  if (settings === undefined) return null;
  const change = (next: RoomSettingsChange) => attempt(meeting.act('host:configure', next));
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('controls.title')}
      closeButtonProps={{ 'aria-label': common('action.close') }}
    >
      <Stack gap="lg">
        <Section title={t('controls.entry')}>
          {(['lobby', 'locked', 'guests'] as const).map((name) => (
            <Toggle
              key={name}
              label={t(`controls.${name}`)}
              hint={t(`controls.${name}Hint`)}
              on={settings[name]}
              onChange={(on) => change({ [name]: on })}
            />
          ))}
          <Password settings={settings} change={change} />
          <MeetingEncryption meeting={meeting} on={settings.encrypted} />
        </Section>
        <Section title={t('controls.may')}>
          {(['unmute', 'share', 'chat', 'notes'] as const).map((name) => (
            <Toggle
              key={name}
              label={t(`controls.${name}`)}
              on={settings[name]}
              onChange={(on) => change({ [name]: on })}
            />
          ))}
        </Section>
        <Group justify="space-between">
          <Button
            variant="default"
            leftSection={<IconMicrophoneOff size={18} stroke={1.7} aria-hidden />}
            onClick={() =>
              void attempt(meeting.act('host:mute-all', {})).then((done) => done && toast(t('controls.muteAllDone')))
            }
          >
            {t('controls.muteAll')}
          </Button>
          {state.self?.role === 'host' && (
            <Button
              color="red"
              leftSection={<IconPhoneOff size={18} stroke={1.7} aria-hidden />}
              onClick={() => setEnding(true)}
            >
              {t('controls.end')}
            </Button>
          )}
        </Group>
      </Stack>
      {ending && (
        <Confirm
          title={t('controls.endTitle')}
          hint={t('controls.endHint')}
          action={t('controls.end')}
          danger
          onConfirm={() => attempt(meeting.act('host:end', {}))}
          onClose={() => setEnding(false)}
        />
      )}
    </Modal>
  );
}

function Section({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section>
      <Title order={3} size="h5" mb="xs">
        {title}
      </Title>
      <Stack gap="sm">{children}</Stack>
    </section>
  );
}

/** Shows what was wished at once, and what holds as soon as the hub has said so. */
function Toggle(props: { label: string; hint?: string; on: boolean; onChange: (on: boolean) => Promise<boolean> }) {
  const [wished, setWished] = useState<{ from: boolean; to: boolean }>();
  const pending = wished !== undefined && wished.from === props.on;
  const turn = async (to: boolean) => {
    setWished({ from: props.on, to });
    if (!(await props.onChange(to))) setWished(undefined);
  };
  return (
    <Switch
      label={props.label}
      {...(props.hint === undefined ? {} : { description: props.hint })}
      labelPosition="left"
      checked={pending ? wished.to : props.on}
      onChange={(event) => void turn(event.currentTarget.checked)}
      styles={{ body: { justifyContent: 'space-between' }, labelWrapper: { flex: 1 } }}
    />
  );
}

function Password(props: { settings: RoomSettings; change: (next: RoomSettingsChange) => Promise<boolean> }) {
  const { settings, change } = props;
  const { t } = useTranslation('roles');
  const [password, setPassword] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await change({ password })) setPassword('');
  };
  return (
    <form onSubmit={submit}>
      <PasswordInput
        label={t('controls.password')}
        description={t(settings.password ? 'controls.passwordOn' : 'controls.passwordOff')}
        placeholder={t('controls.passwordRule')}
        autoComplete="new-password"
        maxLength={200}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <Group gap="sm" mt="xs" justify="flex-end">
        {settings.password && (
          <Button variant="subtle" size="compact-md" onClick={() => void change({ password: null })}>
            {t('controls.passwordDrop')}
          </Button>
        )}
        <Button type="submit" variant="light" size="compact-md" disabled={[...password.trim()].length < 6}>
          {t('controls.passwordSet')}
        </Button>
      </Group>
    </form>
  );
}
