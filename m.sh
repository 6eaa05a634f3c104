. /tmp/w/eyes/lib.sh
M() { T=4 P match --out $B/m --to $B/match "$@"; }
cd $B; mkdir -p l
.venv 2>/dev/null; cd /work/main
printf 'Company,Fine,Date,Note\nPenhallow Patient Records,£5.4 million\nOrbeo,€8m,2024,hi\n' > $B/l/short.csv
M --against $B/l/short.csv --map respondent=Company,amount=Fine,date=Date; cat $B/match/unmatched_rows.csv; head -3 $B/match/matched.csv
printf 'Company,Date\nA,9999\nB,31/12/9999\nC,0000\nD,9999-12-31\n' > $B/l/y.csv; M --against $B/l/y.csv --map respondent=Company,date=Date
printf 'sep=;\nCompany;Date\nA;2024\n' > $B/l/sep.csv;  M --against $B/l/sep.csv --map respondent=Company,date=Date
printf '\nCompany;Date\nA;2024\n' > $B/l/blank.csv;  M --against $B/l/blank.csv --map respondent=Company,date=Date
printf 'Company,Company,Date\nA,B,2024\n' > $B/l/dup.csv;  M --against $B/l/dup.csv --map respondent=Company,date=Date; cat $B/match/unmatched_rows.csv
printf 'Company,Date\n"Acme\nLtd",2024\n\nX,2023\n' > $B/l/nl.csv;  M --against $B/l/nl.csv --map respondent=Company,date=Date; cat $B/match/unmatched_rows.csv
printf 'Company,Date\n"Acme Ltd,2024\nY,2024\nX,2023\n' > $B/l/q.csv;  M --against $B/l/q.csv --map respondent=Company,date=Date; cat $B/match/unmatched_rows.csv
printf '' > $B/l/e.csv;  M --against $B/l/e.csv --map respondent=Company,date=Date
printf 'Company,Date\n' > $B/l/h.csv;  M --against $B/l/h.csv --map respondent=Company,date=Date --summary;  cat $B/match/unmatched_rows.csv
printf 'Company,Date,Authority\nA,2024,\033]0;pwned\007\033[31mICO\n' > $B/l/esc.csv;  M --against $B/l/esc.csv --map respondent=Company,date=Date,authority=Authority --summary | cat -v
script -qc ".venv/bin/python -m pipeline match --out $B/m --to $B/match --against $B/l/esc.csv --map respondent=Company,date=Date,authority=Authority --summary" /dev/null | cat -v | head -5
python3 -c "
print('Company,Date,Fine');
for f in ['0','0.5','-5','1e5','€1.020.000','NaN','9'*400,'€'+'9'*60,'€0','٣٤٥','1 000 000','½','€1–€1','10^6']: print(f'A,2024,\"{f}\"')" > $B/l/s.csv;  M --against $B/l/s.csv --map respondent=Company,date=Date,amount=Fine --summary
printf 'Company\tDate;x\nA\t2024\n\0' > $B/l/nul.csv;  M --against $B/l/nul.csv --map respondent=Company,date==2024
python3 -c "print('Company,Date'); print('A,'+'\"'+'x'*17000000+'\"')" > $B/l/big.csv;  M --against $B/l/big.csv --map respondent=Company,date=Date
M --against $B/l/none.csv --map respondent=Company,date=Date; M --against $B/l --map respondent=Company,date=Date
printf 'Company,Date\rA,2024\rB,2023\r' > $B/l/cr.csv;  M --against $B/l/cr.csv --map respondent=Company,date=Date
