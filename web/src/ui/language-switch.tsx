import { type Language, languages } from '@diwan/protocol/errors.ts';
import { Button, Menu } from '@mantine/core';
import { IconCheck, IconLanguage } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { chooseLanguage, languageNames, useLanguage } from '../locales/i18n.ts';
import classes from './language-switch.module.css';

/** The choice of language; `onChosen` stands in for the page's own change, to keep it in the account too. */
export function LanguageSwitch({ onChosen }: { onChosen?: (language: Language) => unknown }) {
  const { t } = useTranslation();
  const current = useLanguage();
  return (
    <Menu position="bottom-end" width={180}>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          h={40}
          px="xs"
          className={classes.button ?? ''}
          leftSection={<IconLanguage size={21} stroke={1.6} />}
          aria-label={`${t('language')} : ${languageNames[current]}`}
        >
          {languageNames[current]}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {languages.map((language) => (
          <Menu.Item
            key={language}
            lang={language}
            aria-current={language === current}
            rightSection={language === current ? <IconCheck size={16} aria-hidden /> : null}
            onClick={() => {
              void (onChosen ?? chooseLanguage)(language);
            }}
          >
            {languageNames[language]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
