/** Volume Management: volumes and the files in them. */
export const volumes = {};
