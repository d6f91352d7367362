/** Colony Management: teams, members, invitations, SAML, subscription. */
export const colony = {};
