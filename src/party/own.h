/* SPDX-License-Identifier: Apache-2.0 */
/* own.h: names of our own files in the folder. */
#ifndef ENTENTE_PARTY_OWN_H
#define ENTENTE_PARTY_OWN_H

#define OWN_CARD "card.txt"
#define OWN_PROFILE "profile.ini"

#endif
