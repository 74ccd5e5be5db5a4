import { Button, Text } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText } from '../ui/copy-text.ts';
import classes from './connection-panel.module.css';
import type { Quality, StreamLine } from './model/quality-watch.ts';
import type { Path } from './model/stats.ts';
import { SidePanel } from './side-panel.tsx';

/** The numbers behind the signs, for those who want to know and for support. */
export function ConnectionPanel({ quality, onClose }: { quality: Quality; onClose: () => void }) {
  const { t, i18n } = useTranslation('comfort');
  const [copied, setCopied] = useState(false);
  const number = (value: number, digits = 0) =>
    value.toLocaleString(i18n.language, { maximumFractionDigits: digits, numberingSystem: 'latn' });
  const none = '–';
  const way = (path: Path | null) => {
    if (path?.protocol == null) return none;
    const protocol = path.protocol.toUpperCase();
    return path.relay ? t('connection.relay', { protocol }) : protocol;
  };
  const ms = (value: number | null | undefined) => (value == null ? none : `${number(value)} ms`);
  const rate = (bits: number | null | undefined) => (bits == null ? none : `${number(bits / 1000)} kbit/s`);
  const percent = (part: number) => `${number(part * 100, 1)} %`;
  const total = (direction: StreamLine['direction']) =>
    quality.lines.reduce((sum, line) => sum + (line.direction === direction ? line.bitrate : 0), 0);
  const facts: [string, string][] = [
    [t('connection.sendWay'), way(quality.send)],
    [t('connection.receiveWay'), way(quality.receive)],
    [t('connection.rtt'), ms(quality.send?.rttMs ?? quality.receive?.rttMs)],
    [t('connection.sent'), rate(total('out'))],
    [t('connection.received'), rate(total('in'))],
    [t('connection.outgoing'), rate(quality.send?.outgoing)],
  ];
  const figuresOf = (line: StreamLine) =>
    [
      line.codec ?? none,
      rate(line.bitrate),
      ...(line.width === null ? [] : [`${line.width}×${line.height}`, `${number(line.fps)} fps`]),
      `${t('connection.loss')} ${percent(line.loss)}`,
      `${t('connection.jitter')} ${ms(line.jitterMs)}`,
    ].join(' · ');
  const copy = async () =>
    setCopied(
      await copyText(reportOf(quality)).then(
        () => true,
        () => false,
      ),
    );
  return (
    <SidePanel titleId="connection-title" title={t('connection.title')} onClose={onClose}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reached by keys */}
      <section className={classes.body} tabIndex={0} aria-labelledby="connection-title">
        <dl className={classes.facts}>
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd className="figures" dir="ltr">
                {value}
              </dd>
            </div>
          ))}
        </dl>
        {quality.lines.length === 0 ? (
          <Text size="sm" c="#9db0b1">
            {t('connection.nothing')}
          </Text>
        ) : (
          <ul className={classes.streams}>
            {quality.lines.map((line) => (
              <li key={`${line.participantId} ${line.source}`}>
                <span>
                  <bdi>{line.name}</bdi> – {t(`connection.source.${line.source as 'camera'}`)}
                  {line.direction === 'out' && ` (${t('connection.out')})`}
                </span>
                <span className="figures" dir="ltr">
                  {figuresOf(line)}
                </span>
              </li>
            ))}
          </ul>
        )}
      </section>
      <Button
        className={classes.copy ?? ''}
        variant="white"
        leftSection={copied ? <IconCheck size={17} aria-hidden /> : <IconCopy size={17} aria-hidden />}
        onClick={() => void copy()}
        onBlur={() => setCopied(false)}
      >
        {t(copied ? 'connection.copied' : 'connection.copy')}
      </Button>
    </SidePanel>
  );
}

/** For support, in no language but that of numbers. Names stay here: they are nobody else's business. */
function reportOf({ send, receive, lines }: Quality): string {
  const numbers = lines.map(({ name, ...line }) => line);
  return JSON.stringify(
    { at: new Date().toISOString(), browser: navigator.userAgent, send, receive, streams: numbers },
    (_key, value) => (typeof value === 'number' ? Math.round(value * 1000) / 1000 : value),
    1,
  );
}
