import waterbed as wb

scenario = wb.load("scenarios/two_clinics.yaml")
results = scenario.run(replications=20, seed=1)
difference = results.compare("usual")

print(difference.summary()[["group", "label", "arm", "difference", "low", "high"]].to_string())
print(difference.waterbed()[["arm", "basis", "payer", "year", "index", "low", "high", "message"]].to_string())
difference.report("out/report.html")
difference.plot.waterbed().savefig("out/waterbed.png")
