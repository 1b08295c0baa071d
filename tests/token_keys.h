/* SPDX-License-Identifier: Apache-2.0 */
/* token_keys.h: key pairs for tests of tokens, made with openssl genpkey for that and used for nothing else. */
#ifndef ENTENTE_TESTS_TOKEN_KEYS_H
#define ENTENTE_TESTS_TOKEN_KEYS_H

#define TEST_RSA_A_PRIVATE                                                   \
	"-----BEGIN PRIVATE KEY-----\n"                                      \
	"MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC/uakkwVr31acA\n" \
	"VtCyC1+krMyivTIOGg4/o+PGGT+EsKBPiTMjksOPhtRTAVzS2VW5QX3ZZsg8RGLE\n" \
	"7MzHsxf+dhtCDnMsST25tktx4ryrY5JQqk8eeUCs7V4LVUNj72Wn8pM7C9xYfISF\n" \
	"ervmm6I1BLxFJf6ET46yQzhzQHDsSszHobGO+HmVv6pvNlP3zL+C4J98obfyl1lK\n" \
	"Ji8RgAbouiwkLyCPsyz0SAbN2YmwLctr8eYrhZhh4U/5vbjrQjPD6gNS5r12ieoP\n" \
	"/GRnqlgA8qJYtE1zpIdnAZHqXOsYaDOpKoL9yA5F+AovOxOZYGQhW3qW4qh4QHSY\n" \
	"6Fu7BwSjAgMBAAECggEAGietU/bOvqWWaTzuroNPsmriZccSp4rVa8gjYBh8qlDg\n" \
	"JcmNQOqaJB/cIlC6xYbho2q0TO6xHUuk/8FgNFQRz2R0VoAbJSz+rzGXvDsWyvjD\n" \
	"8p4xOfKHqK+fF0Oz9FOp1g4JGNKG5kliWMVEEfMkX0A8oOBMhudFi7sQ3eQqI4na\n" \
	"Ox6oNvm+OOMDbHcseWAuJlzzZAck4RhS4NvBnFhjzMBFyWu5fdK073Y27Lc1scoy\n" \
	"/BuloDWGGkSR4Z0g/TuhTEG9/kjoamr3swlE6i0VTJWGIl3fFtZanNCPAZza9Mb9\n" \
	"tToecramPU/Rdw+XYQt9otvs/4z/VoElPE9GCEAVOQKBgQDpgemPdB13lBhCNw6P\n" \
	"ey1dcnqG9WSxEpUH/b7BGKpCLkXLk5PW+RwmT9zrehEOjwgEw0HKiankytvCm2PD\n" \
	"OsuHTBGNqHccVa65BR0/s3moOidawAZlu7twgJyeerY4vmWrUFvqBDlXAoLykEek\n" \
	"P703vgc930tsOWQMKUkg1jOk2QKBgQDSMW961ksPcj/YIoxjY2ukIptj6D+e8Sek\n" \
	"db9Os3hCxSIGhUDDrmEAQIoieTBz4pmmH0j9unqcIWr/T7DNjHtavIIUKsZ78CdP\n" \
	"n4n5RJ5tGRtZAkQeeXZBWDy5w0tWuEYQ0sqvHQ9/W3NoxbvUd2CUlysuM1Tk5fQj\n" \
	"cb2ZxWWX2wKBgA4VoPHfLhvVWfU8futWobDeQ9e6G322wjh+LLBW/YYKZnlWCHfS\n" \
	"BMmmzYuCjF7Vb8VhxakizpWXStQdLVJMTJR3mSNzQuP5oxVT4qTB/ZeREmid5oTi\n" \
	"YvbxOwEwI6eejGFd8n1WDeNaqm1ZGIkmsxIWqzcnLdR0Tb2SC/AoG2tZAoGAJq0Y\n" \
	"ATdLKnVwT/nTcTpLBTGk/BYxFrLzA2zzHa0iVM7nOuHsD9WXXa+Ce2NnSfuJICsj\n" \
	"iCR3CSGRCZeFRd0ymXiUStewHAANi7YkcixxJkv3X0JufFkHLHDrA5du1m8j3Vac\n" \
	"Guqy/lE6hC3WKPsqV00VkfO6DEBP0vHL3G6ZCf8CgYEAkMbrYYV9nS90ZjhSoEJH\n" \
	"sLST6u8Hatk7HlOvgRzuFUgJ+fSjEUvT0mBwzviS2rPpGcKvuQR9xhFDnY/25u9G\n" \
	"BPoBCxgaesLLywbvW4G9u63sRVojyEjgwBjG1FZe3nqhFdvM/58hrCIfSoz3xDZ4\n" \
	"eBXf1qaQca/boQaqMin7Y6U=\n"                                         \
	"-----END PRIVATE KEY-----\n"

#define TEST_RSA_A_PUBLIC                                                    \
	"-----BEGIN PUBLIC KEY-----\n"                                       \
	"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAv7mpJMFa99WnAFbQsgtf\n" \
	"pKzMor0yDhoOP6Pjxhk/hLCgT4kzI5LDj4bUUwFc0tlVuUF92WbIPERixOzMx7MX\n" \
	"/nYbQg5zLEk9ubZLceK8q2OSUKpPHnlArO1eC1VDY+9lp/KTOwvcWHyEhXq75pui\n" \
	"NQS8RSX+hE+OskM4c0Bw7ErMx6Gxjvh5lb+qbzZT98y/guCffKG38pdZSiYvEYAG\n" \
	"6LosJC8gj7Ms9EgGzdmJsC3La/HmK4WYYeFP+b2460Izw+oDUua9donqD/xkZ6pY\n" \
	"APKiWLRNc6SHZwGR6lzrGGgzqSqC/cgORfgKLzsTmWBkIVt6luKoeEB0mOhbuwcE\n" \
	"owIDAQAB\n"                                                         \
	"-----END PUBLIC KEY-----\n"

#define TEST_RSA_B_PRIVATE                                                   \
	"-----BEGIN PRIVATE KEY-----\n"                                      \
	"MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCiM98fj4eMEl6j\n" \
	"+YdiyBNWb6hmhHlZSHwtUgcDZgj3DdDs5uxKqLpPo0nOiSo/bQkPsJDQvNsPidst\n" \
	"L9JJG+6ztpoy2x3S31v3nY4bi1NGA1Nb8+AXRo6cU6u86kWPa/632RzYaXJosThm\n" \
	"/CFDBnD0/VYf8rMEYeGmxJMJ4E6GpC+zD+d+XOcM/fQxmF+Q8RBACnirroeVMcjO\n" \
	"Eo80Bf/ZovgPTIiuTkHtkf3g09UR8jKes1Ln7jR09Xr8BwPv+jQwxcATa5gUBO7i\n" \
	"Qxj3vQJX9JU8cZL8NTooxZJtAvJ/ICZhRlWHz2+PkA7/c29Yk6uR52Z7zJXQrULP\n" \
	"65EHim1fAgMBAAECggEAK7OxHqZDvYwnfqOZBBbnCudbpn9z2IfsmSNcK2C+8p2A\n" \
	"2IthR75NMG7M0H5paRxeECGg6vSvSvD4IiUb0cHaXwZIZoJd9zZh54XGR4qS3a7A\n" \
	"s2oySuMiQmFSyLwQENPmla9EE9TZU/bHvQuahJ4EKiXlogb4j6o1q4KUIVmTnrfI\n" \
	"mtUE3yVvYYRcX1xLEVEW+zf0TA6oGo1JNILPptR8cAY5J/ibJKS6vaZelCraFtFT\n" \
	"bYqJ2zRfqCnieLzuHGrKy9qrgWIrHMpjjr23IS1FKu2T9tbBAUeOTCIITggXBc3L\n" \
	"RgtC25Dk5pim14UaV57I9j2DNYcsGB3RGRjsh2XKzQKBgQDhY0wodPYj17lxQE9I\n" \
	"beufLGsdsKZ0SP7gylXOSZioIKcba69noOx17h7wNPf4EL35NkS0JjK8zIcej2nq\n" \
	"2PtYuIrFjwas7Qup4xExGEESpekWjNQnSH8Cinfcznqg+1kTRdEphWMPjuLkPixB\n" \
	"Uuuqh4mCbqqgSEzQwRCWVbAOswKBgQC4O6Han8r67MfqoTA8BLI7nEhLTP1qvWbK\n" \
	"jrOF73pK9tDboPE89R0zahpfXhW4sRiWW2up/UA4nqTv54A6LTrRfE/k5HpPgFjf\n" \
	"QwrDRizwQDPNFeri4g+w69ATwSI6tfcmMGgtAU2nb1M4xav49LLrgNLiRlJ0FRT8\n" \
	"tFnKz2U8pQKBgQCRMtMhTRg0xwjkeLWax5V/mbH4EpFpYI0ya6cTmj4KMd71v03k\n" \
	"yLsMzjaIMNd+q+p23gsss18EWg7CFUn6zYY/BcQAub9nL97Pt0SgCCwDw3aB3H/g\n" \
	"Psfz7xiA21QM2V/tFpFE2nWS1E4/E/6WpsDDv0VLDdhGIc26vmXdM56UGQKBgGoc\n" \
	"lp2oWa3rAT6HtpNrFQk2e4E7h96Z1oGmbYogI6zXufY2HZxBhZ8eZrA1LYeiIQpA\n" \
	"/6L6Jao23cL78KQRdwY/dnjcjAIMZ6O4JpPQcIO0RuHB1Pb2w5jgSYmHPOLZ+c76\n" \
	"JJZ/YK2mdiWF3QZYUlFIcq43WLhZiCwA6JLin2mtAoGAYs+ciEHYKO4eIPFeIrhD\n" \
	"iN7FNfXqkolDc4FGkVBqCPnT1lzWYxTOOZbp6t/qICgO/DYZqvB9DRCOrNRAehFm\n" \
	"E0zWlbRw8c2r9xEl9pepyGBDI2iEvGU9ksNcXjNQfZ8+4Q/Gzz8in0Eqhvf9F8S0\n" \
	"YoM9BdHdXEy6C/0z6aWwnAc=\n"                                         \
	"-----END PRIVATE KEY-----\n"

#define TEST_RSA_B_PUBLIC                                                    \
	"-----BEGIN PUBLIC KEY-----\n"                                       \
	"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAojPfH4+HjBJeo/mHYsgT\n" \
	"Vm+oZoR5WUh8LVIHA2YI9w3Q7ObsSqi6T6NJzokqP20JD7CQ0LzbD4nbLS/SSRvu\n" \
	"s7aaMtsd0t9b952OG4tTRgNTW/PgF0aOnFOrvOpFj2v+t9kc2GlyaLE4ZvwhQwZw\n" \
	"9P1WH/KzBGHhpsSTCeBOhqQvsw/nflznDP30MZhfkPEQQAp4q66HlTHIzhKPNAX/\n" \
	"2aL4D0yIrk5B7ZH94NPVEfIynrNS5+40dPV6/AcD7/o0MMXAE2uYFATu4kMY970C\n" \
	"V/SVPHGS/DU6KMWSbQLyfyAmYUZVh89vj5AO/3NvWJOrkedme8yV0K1Cz+uRB4pt\n" \
	"XwIDAQAB\n"                                                         \
	"-----END PUBLIC KEY-----\n"

#define TEST_EC_A_PRIVATE                                                    \
	"-----BEGIN PRIVATE KEY-----\n"                                      \
	"MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgvkZ8rF3/OL0gYvSN\n" \
	"0xT98sNU7L9MF/dpT0rSq2ZWFjahRANCAAQXt7Y7fNHcbaa4THNlcmcXIz7x2qhF\n" \
	"s811Gi7f4UmrYDMpSWszGf7cf2O9o/kTvlQzwdbdsWXiO7JiH1WO+Daw\n"         \
	"-----END PRIVATE KEY-----\n"

#define TEST_EC_A_PUBLIC                                                     \
	"-----BEGIN PUBLIC KEY-----\n"                                       \
	"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEF7e2O3zR3G2muExzZXJnFyM+8dqo\n" \
	"RbPNdRou3+FJq2AzKUlrMxn+3H9jvaP5E75UM8HW3bFl4juyYh9Vjvg2sA==\n"     \
	"-----END PUBLIC KEY-----\n"

#define TEST_EC_B_PRIVATE                                                    \
	"-----BEGIN PRIVATE KEY-----\n"                                      \
	"MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgnbk0HWoJIHoxJy/4\n" \
	"qcvHH6BBLlacmG1jju1TMIo+cR6hRANCAAQE0D0OIWhwkNiEIW4ClLbgXtZnWSuw\n" \
	"83Cvz7G4lS1d0z8AXa8KeOxhHK6XvsI/+9Ne/rfeCVT6PpSdysLlDdws\n"         \
	"-----END PRIVATE KEY-----\n"

#define TEST_EC_B_PUBLIC                                                     \
	"-----BEGIN PUBLIC KEY-----\n"                                       \
	"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEBNA9DiFocJDYhCFuApS24F7WZ1kr\n" \
	"sPNwr8+xuJUtXdM/AF2vCnjsYRyul77CP/vTXv633glU+j6UncrC5Q3cLA==\n"     \
	"-----END PUBLIC KEY-----\n"

/* Of kinds that are not taken. */
#define TEST_RSA_1024_PUBLIC                                                 \
	"-----BEGIN PUBLIC KEY-----\n"                                       \
	"MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDMQifDhYJ7SmUkWwnIcbnR+qvv\n" \
	"xecg/7GZ9V6SJji7obyS0Rc2r1KwRaFwjYnJPyP8kPiulZXNWPXQsjHAOv3QtNpy\n" \
	"o0+08z9YApD7S1OKJkkOvgcN/rVAupXvZnMdrycDrVfjTUsufLarMG9khaGlclrz\n" \
	"D45PfLNA7tTW2SZdlwIDAQAB\n"                                         \
	"-----END PUBLIC KEY-----\n"

#define TEST_P384_PUBLIC                                                     \
	"-----BEGIN PUBLIC KEY-----\n"                                       \
	"MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEmtX5zNkSN1CQoR9M1oGP4udLILShKbuH\n" \
	"LND2XRJyFWMLf0+qSIRXboxkE7XDQWJ0hqkqx6JsFmNtDJsc+0XkyH4xU4fiSGkG\n" \
	"1p5qgSJlYwcPkuSM3UdQHImx7kVEn5av\n"                                 \
	"-----END PUBLIC KEY-----\n"

#define TEST_ED25519_PUBLIC                                              \
	"-----BEGIN PUBLIC KEY-----\n"                                   \
	"MCowBQYDK2VwAyEAW29Ef77a6iYv9qs2tFDIR7RZZ6i7sJXjoc3YQXmVzyk=\n" \
	"-----END PUBLIC KEY-----\n"

/* The public numbers in base64url, as in a JWK; the exponent is 65537. */
#define TEST_RSA_A_N                                                       \
	"v7mpJMFa99WnAFbQsgtfpKzMor0yDhoOP6Pjxhk_hLCgT4kzI5LDj4bUUwFc0tlV" \
	"uUF92WbIPERixOzMx7MX_nYbQg5zLEk9ubZLceK8q2OSUKpPHnlArO1eC1VDY-9l" \
	"p_KTOwvcWHyEhXq75puiNQS8RSX-hE-OskM4c0Bw7ErMx6Gxjvh5lb-qbzZT98y_" \
	"guCffKG38pdZSiYvEYAG6LosJC8gj7Ms9EgGzdmJsC3La_HmK4WYYeFP-b2460Iz" \
	"w-oDUua9donqD_xkZ6pYAPKiWLRNc6SHZwGR6lzrGGgzqSqC_cgORfgKLzsTmWBk" \
	"IVt6luKoeEB0mOhbuwcEow"

#define TEST_RSA_B_N                                                       \
	"ojPfH4-HjBJeo_mHYsgTVm-oZoR5WUh8LVIHA2YI9w3Q7ObsSqi6T6NJzokqP20J" \
	"D7CQ0LzbD4nbLS_SSRvus7aaMtsd0t9b952OG4tTRgNTW_PgF0aOnFOrvOpFj2v-" \
	"t9kc2GlyaLE4ZvwhQwZw9P1WH_KzBGHhpsSTCeBOhqQvsw_nflznDP30MZhfkPEQ" \
	"QAp4q66HlTHIzhKPNAX_2aL4D0yIrk5B7ZH94NPVEfIynrNS5-40dPV6_AcD7_o0" \
	"MMXAE2uYFATu4kMY970CV_SVPHGS_DU6KMWSbQLyfyAmYUZVh89vj5AO_3NvWJOr" \
	"kedme8yV0K1Cz-uRB4ptXw"

#define TEST_RSA_1024_N                                                    \
	"zEInw4WCe0plJFsJyHG50fqr78XnIP-xmfVekiY4u6G8ktEXNq9SsEWhcI2JyT8j" \
	"_JD4rpWVzVj10LIxwDr90LTacqNPtPM_WAKQ-0tTiiZJDr4HDf61QLqV72ZzHa8n" \
	"A61X401LLny2qzBvZIWhpXJa8w-OT3yzQO7U1tkmXZc"

#define TEST_EC_A_X "F7e2O3zR3G2muExzZXJnFyM-8dqoRbPNdRou3-FJq2A"

#define TEST_EC_A_Y "MylJazMZ_tx_Y72j-RO-VDPB1t2xZeI7smIfVY74NrA"

#define TEST_EC_B_X "BNA9DiFocJDYhCFuApS24F7WZ1krsPNwr8-xuJUtXdM"

#define TEST_EC_B_Y "PwBdrwp47GEcrpe-wj_7017-t94JVPo-lJ3KwuUN3Cw"

#endif
