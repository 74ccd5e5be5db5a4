/** End-to-end encryption of meetings. */
export const privacy = {
  sign: 'Chiffrée de bout en bout',
  signHint: 'Chiffrée de bout en bout : vérifier et en savoir plus',
  turnedOn: 'La réunion est maintenant chiffrée de bout en bout',
  panel: {
    title: 'Chiffrement de bout en bout',
    lead: 'Le son et les images sont chiffrés dans votre navigateur et ne s’ouvrent que dans ceux des participants. Le serveur les transmet sans pouvoir les voir ni les entendre.',
    code: 'Code de la réunion',
    computing: 'Calcul du code…',
    read: 'Lisez-le à voix haute : s’il est le même chez tous, personne n’écoute entre vous. Il change quand quelqu’un arrive ou part.',
    not: 'Ce qui n’est pas protégé',
    notChat: 'La discussion, les sondages, les notes, le tableau et les noms restent lisibles par le serveur.',
    notWho: 'L’opérateur voit qui est là, quand, et qui parle, sans entendre ce qui se dit.',
    notPages:
      'Ces pages viennent du serveur : le code révèle un serveur qui écoute, pas un serveur qui donnerait une autre page.',
    off: 'Ce qui n’est plus possible',
    offRecording: 'L’enregistrement de la réunion par le serveur.',
    offCodec: 'Les images sont envoyées en VP8 seulement.',
    faults: 'Ce qui ne s’ouvre pas',
    fault: '{{name}} : {{source}}, {{count}} éléments reçus et écartés',
    source: { microphone: 'micro', camera: 'caméra', screen: 'écran', 'screen-audio': 'son de l’écran' },
  },
  tile: { waiting: 'Clés attendues', unreadable: 'Ne peut être déchiffré' },
  door: {
    on: 'Réunion chiffrée de bout en bout',
    cannot:
      'Ce navigateur ne permet pas le chiffrement de bout en bout. Ouvrez la réunion dans une version récente de Chrome, Edge, Firefox ou Safari.',
  },
  option: {
    label: 'Chiffrer de bout en bout',
    hint: 'Même le serveur ne peut ni voir ni entendre. L’enregistrement n’est pas possible.',
    stays: 'Reste ainsi tant que la réunion dure. L’enregistrement n’est pas possible.',
    title: 'Chiffrer la réunion de bout en bout ?',
    confirm:
      'Le son et l’image de chacun s’interrompent un instant. Qui a un navigateur trop ancien devra quitter la réunion. L’enregistrement ne sera plus possible, et le chiffrement reste jusqu’à la fin.',
    action: 'Chiffrer',
  },
};
