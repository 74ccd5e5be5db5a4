export const home = {
  greeting: { morning: 'Bonjour {{name}}', evening: 'Bonsoir {{name}}' },
  files: { title: 'Vos fichiers', open: 'Ouvrir mes fichiers' },
  sync: {
    title: 'Un dossier toujours à jour',
    hint: 'Installez l’agent de synchronisation sur vos ordinateurs, puis autorisez-les ici.',
    open: 'Associer un appareil',
  },
};
