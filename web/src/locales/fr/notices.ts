export const notices = {
  region: 'Annonces de l’exploitant',
  severity: { info: 'Information', warning: 'Avertissement', critical: 'Urgent' },
  service: { portal: 'Portail', vroom: 'Réunions', ibox: 'Fichiers' },
  upcoming: 'Dans {{countdown}}',
  ongoing: 'En cours, encore {{countdown}}',
  window: 'Du {{start}} au {{end}}',
  sameDay: 'Le {{day}}, de {{start}} à {{end}}',
  dismiss: 'Masquer l’annonce',
  new: 'Nouvelle annonce : {{text}}',
};
