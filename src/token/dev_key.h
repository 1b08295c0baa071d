/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dev_key.h: the well-known test key of `serve --dev` and `load --dev`: RSA, 2048 bits, made with openssl genpkey.
 *
 * Not for production: everybody has its private half. Whoever accepts its tokens accepts anybody.
 */
#ifndef ENTENTE_TOKEN_DEV_KEY_H
#define ENTENTE_TOKEN_DEV_KEY_H

/* clang-format off */
#define ENT_TOKEN_DEV_PRIVATE_PEM \
	"-----BEGIN PRIVATE KEY-----\n" \
	"MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCrK16kDXJIok5B\n" \
	"tprMvW4X71sdZrJVPe7d2HqaJJ9ClVS53caQGqreHXQiRYgMGmXNUdoLbR09jhqR\n" \
	"r4A19Nzjw9eIfT8eWyrglhZ2TnkyNRu4Yu3EuUa+Es2U5sdxIDhxvwBr6H8wvcsf\n" \
	"0OBYzGwt7xgNCROfqFBe23aIPsBnRlp6qgzHMqC5ZrHtKBo4OXSjGsrU8OrguaYr\n" \
	"tu1UeDDGRZ6dK+Te+WF88i9lANwG4i3G3Lkeo/06z5Z7WvczJJGBEYFot3szKs52\n" \
	"/IFKV1b/Y34N6ZmNpZ0EY+aqLzivgLQJXrLGmtyHWou1jHx5WQy1TIMFherKEW6s\n" \
	"wlRoD3R9AgMBAAECggEAHDDA3gDu7QJ6I/14gjbCjoOXvIBg54QTNotEKeXVKuig\n" \
	"MxpQ7QPPV1R/f3N3JBMm6AlOgWo/khc4zfya/4fr50EmWq7R+eRm6+UcHvDuqfOw\n" \
	"NI5qfWdMPNqo7BiUCVAWq7kazyrT48mmTf+fK1DDkk8Z5W+0wSs9zVmUrHy1QGzD\n" \
	"GmRqOFy4WFuYAHBXDFUr+yEOk/V7uz2PJyOfg9dqb/qCKbnLVq/epzp97PBwIOYY\n" \
	"pd4dLeemyvt7OmX7rjOjQ1coit7qEBAyDdVslOTnZBA38zv7OMOfkm3n/r4p8M1E\n" \
	"ACMJp6Wmc5kFWOc8FtHTEqOp5GTkROwBIyI1QNMiywKBgQDkrHgR954/NAI6Zizv\n" \
	"nwliJAhZa8z4hjmad2QwGXWxCygTX/Z8b7H1ysAxFkgpxmHl07u6kRQgXrKMdIS4\n" \
	"m4uvYWcYz7cOyUJzeQOtNY7MeoSQcKuSulpzqDh/N3u+9gzYWdZ4FxBYyJwKLnAS\n" \
	"Xl/+SyEI9/5mwGeb5bQVdBpyOwKBgQC/n74+xKWkiMwkOpzsXsPjGciUj3SSSldi\n" \
	"PyBJkhSBklJfUdgirji4Jg3eBGF1wFLlRZ0iFQHq9Pyx2JsE0pmYfeMe/PxeigoU\n" \
	"YgnlQd8gLiS3z6UF5QCz7lsXRBFYzf/Sl5aDLOIja6YdA0XNcmM1a3f9fxunhjY7\n" \
	"fTmqEw3QpwKBgG0y7yOlW6xS6b15jXvgNlrnWhVZpUgI0PkyimVtwwYIjdqyuMIz\n" \
	"lIgLijvmqA9K7PUTZ1JwdWv/zMPF4JtHrCzUFqeCiahF87Ww1FCigs6isytGoqgu\n" \
	"1YLlkhUuKanHVdr7C6/NU8ESC3HROzOKXczRk7T0uEfZGaEY0CZuizKBAoGAGVUs\n" \
	"+W9V1qKfGksFY9pDW0qVUc6FQrHBS6O8yP0e6OJHMYLIaA1QQkgFnUxG9iIu01CY\n" \
	"rWDJmB47KefQ1ppg4+AAnqAjXPwyyO8ND9ndfYucHxC8aEMWDLN+J11ATdUt9NFF\n" \
	"fKH6Y2Rf2YYNPFPa+bzzZ/fd2A/OK58qeGl8chECgYEA0w1j945zRzKNI3d+yGrt\n" \
	"AxD2Z47YxB67c7CL9m79s2RrbaVvz7D6GCj5U1qM1B8ooDynJw9/2MXO/OsyQ1xd\n" \
	"sWPo2IfwDmcF5Z5zUjEqxsjcLvY0kI7W238nG8oiGzXlFeaiDQDTaeyJLmAoezkr\n" \
	"fZhKwNjdgfGLBRqtr2wvSw0=\n" \
	"-----END PRIVATE KEY-----\n"

#define ENT_TOKEN_DEV_PUBLIC_PEM \
	"-----BEGIN PUBLIC KEY-----\n" \
	"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqytepA1ySKJOQbaazL1u\n" \
	"F+9bHWayVT3u3dh6miSfQpVUud3GkBqq3h10IkWIDBplzVHaC20dPY4aka+ANfTc\n" \
	"48PXiH0/Hlsq4JYWdk55MjUbuGLtxLlGvhLNlObHcSA4cb8Aa+h/ML3LH9DgWMxs\n" \
	"Le8YDQkTn6hQXtt2iD7AZ0ZaeqoMxzKguWax7SgaODl0oxrK1PDq4LmmK7btVHgw\n" \
	"xkWenSvk3vlhfPIvZQDcBuItxty5HqP9Os+We1r3MySRgRGBaLd7MyrOdvyBSldW\n" \
	"/2N+DemZjaWdBGPmqi84r4C0CV6yxprch1qLtYx8eVkMtUyDBYXqyhFurMJUaA90\n" \
	"fQIDAQAB\n" \
	"-----END PUBLIC KEY-----\n"
/* clang-format on */

#endif
