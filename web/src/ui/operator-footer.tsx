import { Anchor, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useLanguage } from '../locales/i18n.ts';
import { hubInfoQuery } from '../wire/queries.ts';
import classes from './operator-footer.module.css';

/** the operator's name, the ownership notice and the terms, on every page. */
export function OperatorFooter() {
  const { t } = useTranslation();
  const language = useLanguage();
  const { data: hub } = useQuery(hubInfoQuery);
  return (
    <footer className={classes.footer}>
      <Text size="sm" className={classes.notice}>
        {hub && (
          <>
            {!hub.operator.notice[language].includes(hub.operator.name) && (
              <bdi className={classes.name}>{hub.operator.name} </bdi>
            )}
            {hub.operator.notice[language]}
          </>
        )}
      </Text>
      <div className={classes.links}>
        <Anchor component={Link} to="/terms" size="sm" c="inherit" underline="always">
          {t('footer.terms')}
        </Anchor>
        {hub && hub.operator.supportEmail !== '' && (
          <Anchor href={`mailto:${hub.operator.supportEmail}`} size="sm" c="inherit" underline="always">
            {t('footer.support')}
          </Anchor>
        )}
      </div>
    </footer>
  );
}
