//go:build !purego

#include "textflag.h"

// Letters become alike when their case bit is set.
DATA ·folds<>+0(SB)/8, $0x2020202020202020
GLOBL ·folds<>(SB), RODATA|NOPTR, $8

DATA ·low5<>+0(SB)/4, $31
GLOBL ·low5<>(SB), RODATA|NOPTR, $4

DATA ·nibble<>+0(SB)/8, $0x0f0f0f0f0f0f0f0f
GLOBL ·nibble<>(SB), RODATA|NOPTR, $8

DATA ·mul<>+0(SB)/4, $0x9e3779b1
DATA ·mul<>+4(SB)/4, $0x85ebca6b
DATA ·mul<>+8(SB)/4, $0x3779b100
GLOBL ·mul<>(SB), RODATA|NOPTR, $12

// LOOKUP turns eight hashes in H into eight bits in R: those of the filter at BX. X7 holds the shift, Y6 31 in each lane.
#define LOOKUP(H, R) \
	VPSRLD     $15, H, Y12   \
	VPXOR      H, Y12, Y12   \
	VPSRLD     X7, H, H      \
	VPCMPEQD   Y13, Y13, Y13 \
	VPXOR      Y15, Y15, Y15 \
	VPGATHERDD Y13, (BX)(H*4), Y15 \
	VPANDN     Y6, Y12, Y14  \
	VPSLLVD    Y14, Y15, Y14 \
	VPSRLD     $5, Y12, Y12  \
	VPANDN     Y6, Y12, Y12  \
	VPSLLVD    Y12, Y15, Y15 \
	VPAND      Y14, Y15, Y15 \
	VMOVMSKPS  Y15, R

// func probeLongAVX2(text *byte, blocks int, filter *uint32, shift uint32, out *byte)
TEXT ·probeLongAVX2(SB), NOSPLIT, $0-40
	MOVQ         text+0(FP), SI
	MOVQ         blocks+8(FP), CX
	MOVQ         filter+16(FP), BX
	MOVL         shift+24(FP), AX
	MOVQ         out+32(FP), DI
	MOVQ         AX, X7
	VPBROADCASTD ·folds<>(SB), Y8
	VPBROADCASTD ·low5<>(SB), Y6
	VPBROADCASTD ·mul<>+0(SB), Y9
	VPBROADCASTD ·mul<>+4(SB), Y10

long:
	VPOR    0(SI), Y8, Y0
	VPOR    1(SI), Y8, Y1
	VPMULLD Y9, Y0, Y0
	VPMULLD Y10, Y1, Y1
	VPADDD  Y1, Y0, Y0
	LOOKUP(Y0, AX)
	MOVB    AX, (DI)
	ADDQ    $32, SI
	INCQ    DI
	DECQ    CX
	JNZ     long
	VZEROUPPER
	RET

// func probeShortAVX2(text *byte, blocks int, filter *uint32, shift uint32, out *byte)
TEXT ·probeShortAVX2(SB), NOSPLIT, $0-40
	MOVQ         text+0(FP), SI
	MOVQ         blocks+8(FP), CX
	MOVQ         filter+16(FP), BX
	MOVL         shift+24(FP), AX
	MOVQ         out+32(FP), DI
	MOVQ         AX, X7
	VPBROADCASTD ·folds<>(SB), Y8
	VPBROADCASTD ·low5<>(SB), Y6
	VPBROADCASTD ·mul<>+8(SB), Y9

short:
	VPOR    0(SI), Y8, Y0
	VPOR    2(SI), Y8, Y1
	VPMULLD Y9, Y0, Y0
	VPMULLD Y9, Y1, Y1
	LOOKUP(Y0, AX)
	LOOKUP(Y1, DX)
	MOVB    AX, 0(DI)
	MOVB    DX, 1(DI)
	ADDQ    $32, SI
	ADDQ    $2, DI
	DECQ    CX
	JNZ     short
	VZEROUPPER
	RET

// HALVES leaves in R the classes that have bytes X: by their lower halves in LOW, by their upper ones in HIGH. H is room.
#define HALVES(X, LOW, HIGH, R, H) \
	VPSRLW  $4, X, H   \
	VPAND   Y6, X, X   \
	VPAND   Y6, H, H   \
	VPSHUFB X, LOW, R  \
	VPSHUFB H, HIGH, H \
	VPAND   H, R, R

// func probeFourAVX2(text *byte, blocks int, halves *[4][2][16]byte, blank byte, out *uint32)
TEXT ·probeFourAVX2(SB), NOSPLIT, $0-40
	MOVQ           text+0(FP), SI
	MOVQ           blocks+8(FP), CX
	MOVQ           halves+16(FP), BX
	MOVBLZX        blank+24(FP), AX
	MOVQ           out+32(FP), DI
	NOTL           AX
	MOVQ           AX, X5
	VPBROADCASTB   X5, Y5
	VPBROADCASTQ   ·nibble<>(SB), Y6
	VPBROADCASTQ   ·folds<>(SB), Y7
	VBROADCASTI128 0(BX), Y8
	VBROADCASTI128 16(BX), Y9
	VBROADCASTI128 32(BX), Y10
	VBROADCASTI128 48(BX), Y11
	VBROADCASTI128 64(BX), Y12
	VBROADCASTI128 80(BX), Y13
	VBROADCASTI128 96(BX), Y14
	VBROADCASTI128 112(BX), Y15

halves:
	VPOR      0(SI), Y7, Y0
	VMOVDQA   Y0, Y4
	HALVES(Y0, Y8, Y9, Y3, Y2)
	VPOR      1(SI), Y7, Y0
	VPOR      Y0, Y4, Y4
	HALVES(Y0, Y10, Y11, Y1, Y2)
	VPAND     Y1, Y3, Y3
	VPOR      2(SI), Y7, Y0
	VPOR      Y0, Y4, Y4
	HALVES(Y0, Y12, Y13, Y1, Y2)
	VPAND     Y1, Y3, Y3
	VPOR      3(SI), Y7, Y0
	VPOR      Y0, Y4, Y4
	HALVES(Y0, Y14, Y15, Y1, Y2)
	VPAND     Y1, Y3, Y3
	VPXOR     Y2, Y2, Y2
	VPCMPEQB  Y2, Y3, Y3
	VPCMPEQB  Y7, Y4, Y4
	VPAND     Y5, Y4, Y4
	VPOR      Y4, Y3, Y3
	VPMOVMSKB Y3, AX
	NOTL      AX
	MOVL      AX, (DI)
	ADDQ      $32, SI
	ADDQ      $4, DI
	DECQ      CX
	JNZ       halves
	VZEROUPPER
	RET

// INDEX makes indexes of 64 bytes in Z: their lower five bits and the upper but one. H is room.
#define INDEX(Z, H) \
	VPSRLW     $1, Z, H      \
	VPTERNLOGQ $0xd8, Z19, H, Z

// func probeFourVBMI(text *byte, rows int, tables *[2][4][64]byte, blank byte, out *uint64)
TEXT ·probeFourVBMI(SB), NOSPLIT, $0-40
	MOVQ         text+0(FP), SI
	MOVQ         rows+8(FP), CX
	MOVQ         tables+16(FP), BX
	MOVBLZX      blank+24(FP), AX
	MOVQ         out+32(FP), DI
	VPBROADCASTB AX, Z18
	VPBROADCASTQ ·folds<>(SB), Z19
	VMOVDQU64    0(BX), Z20
	VMOVDQU64    64(BX), Z21
	VMOVDQU64    128(BX), Z22
	VMOVDQU64    192(BX), Z23
	VMOVDQU64    256(BX), Z24
	VMOVDQU64    320(BX), Z25
	VMOVDQU64    384(BX), Z26
	VMOVDQU64    448(BX), Z27

four:
	VMOVDQU64  0(SI), Z0
	VMOVDQU64  1(SI), Z1
	VMOVDQU64  2(SI), Z2
	VMOVDQU64  3(SI), Z3
	INDEX(Z0, Z4)
	INDEX(Z1, Z5)
	INDEX(Z2, Z6)
	INDEX(Z3, Z7)
	VPERMB     Z20, Z0, Z4
	VPERMB     Z21, Z1, Z5
	VPERMB     Z22, Z2, Z6
	VPERMB     Z23, Z3, Z7
	VPERMB     Z24, Z0, Z8
	VPERMB     Z25, Z1, Z9
	VPERMB     Z26, Z2, Z10
	VPERMB     Z27, Z3, Z11
	VPANDQ     Z5, Z4, Z4
	VPANDQ     Z9, Z8, Z8
	VPTERNLOGQ $0x80, Z7, Z6, Z4
	VPTERNLOGQ $0x80, Z11, Z10, Z8
	VPORQ      Z8, Z4, Z4
	VPTERNLOGQ $0xfe, Z2, Z1, Z0
	VPTERNLOGQ $0xfe, Z18, Z3, Z0
	VPTESTMB   Z4, Z4, K1
	VPTESTMB   Z0, Z0, K1, K1
	KMOVQ      K1, (DI)
	ADDQ       $64, SI
	ADDQ       $8, DI
	DECQ       CX
	JNZ        four
	VZEROUPPER
	RET

// func probeThreeVBMI(text *byte, rows int, tables *[3][64]byte, live byte, out *uint32) (any uint64)
TEXT ·probeThreeVBMI(SB), NOSPLIT, $0-48
	MOVQ         text+0(FP), SI
	MOVQ         rows+8(FP), CX
	MOVQ         tables+16(FP), BX
	MOVBLZX      live+24(FP), AX
	MOVQ         out+32(FP), DI
	VPBROADCASTB AX, Z18
	VPBROADCASTQ ·folds<>(SB), Z19
	VPANDQ       0(BX), Z18, Z20
	VMOVDQU64    64(BX), Z21
	VMOVDQU64    128(BX), Z22
	XORL         DX, DX

three:
	VMOVDQU64  0(SI), Z0
	VMOVDQU64  1(SI), Z1
	VMOVDQU64  2(SI), Z2
	INDEX(Z0, Z4)
	INDEX(Z1, Z5)
	INDEX(Z2, Z6)
	VPERMB     Z20, Z0, Z4
	VPERMB     Z21, Z1, Z5
	VPERMB     Z22, Z2, Z6
	VPTERNLOGQ $0x80, Z6, Z5, Z4
	VPTESTMB   Z4, Z4, K1
	KMOVQ      K1, AX
	MOVQ       AX, (DI)
	ORQ        AX, DX
	ADDQ       $64, SI
	ADDQ       $8, DI
	DECQ       CX
	JNZ        three
	MOVQ       DX, any+40(FP)
	VZEROUPPER
	RET

// func probeTinyAVX2(text *byte, blocks int, tables *[4][16]byte, live byte, out *uint32) (any uint32)
TEXT ·probeTinyAVX2(SB), NOSPLIT, $0-44
	MOVQ           text+0(FP), SI
	MOVQ           blocks+8(FP), CX
	MOVQ           tables+16(FP), BX
	MOVBLZX        live+24(FP), AX
	MOVQ           out+32(FP), DI
	MOVQ           AX, X7
	VPBROADCASTB   X7, Y7
	VPBROADCASTQ   ·folds<>(SB), Y8
	VPBROADCASTQ   ·nibble<>(SB), Y9
	VBROADCASTI128 0(BX), Y10
	VBROADCASTI128 16(BX), Y11
	VBROADCASTI128 32(BX), Y12
	VBROADCASTI128 48(BX), Y13
	VPXOR          Y6, Y6, Y6
	XORL           DX, DX

tiny:
	VPOR      0(SI), Y8, Y0
	VPOR      1(SI), Y8, Y1
	VPSRLW    $4, Y0, Y2
	VPSRLW    $4, Y1, Y3
	VPAND     Y9, Y0, Y0
	VPAND     Y9, Y1, Y1
	VPAND     Y9, Y2, Y2
	VPAND     Y9, Y3, Y3
	VPSHUFB   Y0, Y10, Y0
	VPSHUFB   Y2, Y11, Y2
	VPSHUFB   Y1, Y12, Y1
	VPSHUFB   Y3, Y13, Y3
	VPAND     Y2, Y0, Y0
	VPAND     Y3, Y1, Y1
	VPAND     Y7, Y0, Y0
	VPAND     Y1, Y0, Y0
	VPCMPEQB  Y6, Y0, Y0
	VPMOVMSKB Y0, AX
	NOTL      AX
	MOVL      AX, (DI)
	ORL       AX, DX
	ADDQ      $32, SI
	ADDQ      $4, DI
	DECQ      CX
	JNZ       tiny
	MOVL      DX, any+40(FP)
	VZEROUPPER
	RET
