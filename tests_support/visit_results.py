"""Results and Vietnamese texts for generated visits: published terminology, no patient's data."""

from typing import Final

VITALS: Final = (
    ("8302-2", "Body Height", "cm", 50, 195),
    ("29463-7", "Body Weight", "kg", 3, 120),
    ("39156-5", "Body Mass Index", "kg/m2", 14, 42),
    ("72514-3", "Pain severity - 0-10 verbal numeric rating [Score] - Reported", "{score}", 0, 9),
    ("8310-5", "Body temperature", "Cel", 36, 41),
    ("8331-1", "Oral temperature", "Cel", 36, 41),
    ("8867-4", "Heart rate", "/min", 50, 120),
    ("9279-1", "Respiratory rate", "/min", 10, 30),
    ("9843-4", "Head Occipital-frontal circumference", "cm", 32, 52),
    ("59576-9", "Body mass index (BMI) [Percentile] Per age and gender", "%", 1, 99),
    ("77606-2", "Weight-for-length Per age and sex", "%", 1, 99),
)
PRESSURE: Final = (
    ("55284-4", "Blood Pressure"),
    ("8462-4", "Diastolic Blood Pressure"),
    ("8480-6", "Systolic Blood Pressure"),
)

PANELS: Final = (
    (
        "58410-2",
        "Complete blood count (hemogram) panel - Blood by Automated count",
        (
            ("6690-2", "Leukocytes [#/volume] in Blood by Automated count", "10*3/uL", 3, 11),
            ("789-8", "Erythrocytes [#/volume] in Blood by Automated count", "10*6/uL", 4, 6),
            ("718-7", "Hemoglobin [Mass/volume] in Blood", "g/dL", 11, 17),
            ("4544-3", "Hematocrit [Volume Fraction] of Blood by Automated count", "%", 33, 50),
            ("787-2", "MCV [Entitic volume] by Automated count", "fL", 78, 96),
            ("785-6", "MCH [Entitic mass] by Automated count", "pg", 27, 33),
            ("786-4", "MCHC [Mass/volume] by Automated count", "g/dL", 32, 36),
            (
                "21000-5",
                "Erythrocyte distribution width [Entitic volume] by Automated count",
                "fL",
                39,
                46,
            ),
            ("777-3", "Platelets [#/volume] in Blood by Automated count", "10*3/uL", 150, 450),
            (
                "32207-3",
                "Platelet distribution width [Entitic volume] in Blood by Automated count",
                "fL",
                150,
                520,
            ),
            (
                "32623-1",
                "Platelet mean volume [Entitic volume] in Blood by Automated count",
                "fL",
                9,
                12,
            ),
        ),
    ),
    (
        "51990-0",
        "Basic Metabolic Panel",
        (
            ("2339-0", "Glucose", "mg/dL", 65, 200),
            ("6299-2", "Urea Nitrogen", "mg/dL", 7, 20),
            ("38483-4", "Creatinine", "mg/dL", 0, 3),
            ("49765-1", "Calcium", "mg/dL", 8, 10),
            ("2947-0", "Sodium", "mmol/L", 136, 144),
            ("6298-4", "Potassium", "mmol/L", 3, 5),
            ("2069-3", "Chloride", "mmol/L", 101, 111),
            ("20565-8", "Carbon Dioxide", "mmol/L", 20, 29),
        ),
    ),
    (
        "24323-8",
        "Comprehensive metabolic 2000 panel - Serum or Plasma",
        (
            ("2345-7", "Glucose [Mass/volume] in Serum or Plasma", "mg/dL", 65, 200),
            ("3094-0", "Urea nitrogen [Mass/volume] in Serum or Plasma", "mg/dL", 7, 20),
            ("2160-0", "Creatinine [Mass/volume] in Serum or Plasma", "mg/dL", 0, 3),
            ("17861-6", "Calcium [Mass/volume] in Serum or Plasma", "mg/dL", 8, 10),
            ("2951-2", "Sodium [Moles/volume] in Serum or Plasma", "mmol/L", 136, 144),
            ("2823-3", "Potassium [Moles/volume] in Serum or Plasma", "mmol/L", 3, 5),
            ("2885-2", "Protein [Mass/volume] in Serum or Plasma", "g/dL", 6, 8),
            ("1751-7", "Albumin [Mass/volume] in Serum or Plasma", "g/dL", 3, 5),
            ("1975-2", "Bilirubin.total [Mass/volume] in Serum or Plasma", "mg/dL", 0, 1),
            (
                "6768-6",
                "Alkaline phosphatase [Enzymatic activity/volume] in Serum or Plasma",
                "U/L",
                20,
                140,
            ),
            (
                "1742-6",
                "Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma",
                "U/L",
                7,
                56,
            ),
            (
                "1920-8",
                "Aspartate aminotransferase [Enzymatic activity/volume] in Serum or Plasma",
                "U/L",
                10,
                40,
            ),
            (
                "33914-3",
                "Glomerular filtration rate/1.73 sq M.predicted",
                "mL/min/{1.73_m2}",
                20,
                120,
            ),
        ),
    ),
    (
        "57698-3",
        "Lipid Panel",
        (
            ("2093-3", "Total Cholesterol", "mg/dL", 150, 260),
            ("2571-8", "Triglycerides", "mg/dL", 100, 300),
            ("18262-6", "Low Density Lipoprotein Cholesterol", "mg/dL", 60, 180),
            ("2085-9", "High Density Lipoprotein Cholesterol", "mg/dL", 40, 80),
        ),
    ),
)
SINGLE_RESULTS: Final = (
    ("4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood", "%", 4, 10),
    ("14959-1", "Microalbumin Creatine Ratio", "mg/g", 2, 300),
    ("33914-3", "Estimated Glomerular Filtration Rate", "mL/min/{1.73_m2}", 20, 120),
    ("2857-1", "Prostate specific Ag [Mass/volume] in Serum or Plasma", "ng/mL", 0, 12),
    ("19926-5", "FEV1/FVC", "%", 40, 95),
    ("38265-5", "DXA [T-score] Bone density", "{T-score}", -3, 0),
    ("6075-6", "Cladosporium herbarum IgE Ab in Serum", "kU/L", 0, 1),
    ("6106-9", "Egg white IgE Ab in Serum", "kU/L", 0, 1),
    ("6206-7", "Peanut IgE Ab in Serum", "kU/L", 0, 1),
    ("6276-0", "Soybean IgE Ab in Serum", "kU/L", 0, 1),
    ("2708-6", "Oxygen saturation in Arterial blood", "%", 75, 100),
)
CODED_RESULTS: Final = (
    (
        "72166-2",
        "Tobacco smoking status NHIS",
        (
            ("266919005", "Never smoker"),
            ("8517006", "Former smoker"),
            ("449868002", "Current every day smoker"),
        ),
    ),
    ("55277-8", "HIV status", (("165816005", "HIV positive"), ("165815009", "HIV negative"))),
    (
        "32465-7",
        "Physical findings of Prostate",
        (("281795003", "Prostate enlarged on PR (finding)"),),
    ),
)
SCORES: Final = (
    ("69453-9", "Cause of Death [US Standard Certificate of Death]"),
    ("55758-7", "Patient Health Questionnaire 2 item (PHQ-2) total score [Reported]"),
    ("70274-6", "Generalized anxiety disorder 7 item (GAD-7) total score [Reported.PHQ]"),
    ("76504-0", "Total score [HARK]"),
    ("75626-2", "Total score [AUDIT-C]"),
    ("82667-7", "Total score [DAST-10]"),
    ("44261-6", "Patient Health Questionnaire 9 item (PHQ-9) total score [Reported]"),
)

VIETNAMESE_DIAGNOSES: Final = (
    ("I10", "Tăng huyết áp vô căn (nguyên phát)"),
    ("E11", "Bệnh đái tháo đường không phụ thuộc insulin"),
    ("E78", "Rối loạn chuyển hóa lipoprotein và tình trạng tăng lipid máu khác"),
    ("J00", "Viêm mũi họng cấp [cảm thường]"),
    ("J02", "Viêm họng cấp"),
    ("J20", "Viêm phế quản cấp"),
    ("J18", "Viêm phổi, tác nhân không xác định"),
    ("J45", "Hen [suyễn]"),
    ("K29", "Viêm dạ dày và tá tràng"),
    ("K21", "Bệnh trào ngược dạ dày - thực quản"),
    ("M54", "Đau lưng"),
    ("M17", "Thoái hóa khớp gối"),
    ("N39", "Các rối loạn khác của hệ tiết niệu"),
    ("A09", "Tiêu chảy và viêm dạ dày - ruột do nguyên nhân nhiễm trùng"),
    ("A90", "Sốt Dengue [sốt xuất huyết Dengue]"),
    ("B18", "Viêm gan virus mạn"),
    ("H10", "Viêm kết mạc"),
    ("L20", "Viêm da cơ địa"),
    ("O80", "Đẻ thường một thai"),
    ("I25", "Bệnh tim thiếu máu cục bộ mạn"),
)
VIETNAMESE_MEDICINES: Final = (
    ("Paracetamol 500mg", "Uống 1 viên khi sốt trên 38,5 độ, cách nhau ít nhất 4 giờ"),
    ("Amlodipin 5mg", "Uống sáng 1 viên sau ăn"),
    ("Metformin 850mg", "Uống sáng 1 viên, chiều 1 viên sau ăn"),
    ("Losartan 50mg", "Uống sáng 1 viên"),
    ("Atorvastatin 20mg", "Uống tối 1 viên"),
    ("Amoxicilin 500mg", "Uống ngày 3 lần, mỗi lần 1 viên, trong 7 ngày"),
    ("Omeprazol 20mg", "Uống sáng 1 viên trước ăn 30 phút"),
    ("Cetirizin 10mg", "Uống tối 1 viên"),
    ("Salbutamol 100mcg/liều", "Xịt 2 nhát khi khó thở"),
    ("Oresol 245", "Pha 1 gói với 200 ml nước, uống dần trong ngày"),
)
VIETNAMESE_NOTES: Final = (
    "Khám bệnh, tư vấn chế độ ăn, tái khám sau 1 tháng",
    "Bệnh nhân tỉnh, tiếp xúc tốt, da niêm mạc hồng, tim đều, phổi trong",
    "Mạch, huyết áp ổn định; tiếp tục điều trị ngoại trú",
    "Đau âm ỉ thượng vị, không nôn, đại tiện bình thường",
    "Hẹn tái khám khi có dấu hiệu bất thường",
)
