REM  Reads Word files as LibreOffice does, after accepting or rejecting their tracked changes: see resolvers.py.
REM  CIRCULARS_JOBS names a file of lines "URL of a Word file, mode, URL of the answer, end", with tabs between them.
REM  The end is there because the stream leaves the last line its line feed. The mode "compare" has the URL of an old
REM  file before the end: the answer is a Word file with what LibreOffice finds changed.
REM  An answer has a line for each paragraph. The separators are control characters, which no text of a letter has.
Option Explicit

Dim tables

Sub Main
    Dim files, jobs, line
    On Error GoTo Failed
    files = createUnoService("com.sun.star.ucb.SimpleFileAccess")
    jobs = createUnoService("com.sun.star.io.TextInputStream")
    jobs.setInputStream(files.openFileRead(Environ("CIRCULARS_JOBS")))
    jobs.setEncoding("UTF-8")
    Do While Not jobs.isEOF()
        line = jobs.readLine()
        If InStr(line, Chr(9)) > 0 Then Job(Split(line, Chr(9)), files)
    Loop
    jobs.closeInput()
    StarDesktop.terminate()
    Exit Sub
Failed:
    REM  Without this LibreOffice would wait for ever.
    Dim told
    told = createUnoService("com.sun.star.io.TextOutputStream")
    told.setOutputStream(files.openFileWrite(Environ("CIRCULARS_JOBS") & ".error"))
    told.writeString("line " & Erl & ": " & Error() & " in " & line)
    told.closeOutput()
    StarDesktop.terminate()
End Sub

Sub Job(fields, files)
    If fields(1) = "compare" Then
        CompareFiles(fields)
        Exit Sub
    End If
    Dim document, out, target
    target = createUnoService("com.sun.star.io.TextOutputStream")
    If files.exists(fields(2)) Then files.kill(fields(2))
    out = files.openFileWrite(fields(2))
    target.setOutputStream(out)
    target.setEncoding("UTF-8")
    document = Opened(fields(0))
    If fields(1) = "accept" Then Dispatch(document, ".uno:AcceptAllTrackedChanges")
    If fields(1) = "reject" Then Dispatch(document, ".uno:RejectAllTrackedChanges")
    document.getTextFields().refresh()
    tables = 0
    WriteText(target, document.Text, "body")
    Dim place, style, names
    For place = 0 To document.Footnotes.Count - 1
        WriteText(target, document.Footnotes.getByIndex(place), "footnote")
    Next
    For place = 0 To document.TextFrames.Count - 1
        WriteText(target, document.TextFrames.getByIndex(place).Text, "frame")
    Next
    Dim left
    left = 0
    Dim changes
    changes = document.Redlines.createEnumeration()
    Do While changes.hasMoreElements()
        changes.nextElement()
        left = left + 1
    Loop
    target.writeString("left" & Chr(31) & left & Chr(10))
    target.closeOutput()
    document.close(True)
End Sub

Sub CompareFiles(fields)
    Dim document, helper, what(1) As New com.sun.star.beans.PropertyValue, how(0) As New com.sun.star.beans.PropertyValue
    document = Opened(fields(0))
    what(0).Name = "URL"
    what(0).Value = fields(3)
    what(1).Name = "NoAcceptDialog"
    what(1).Value = True
    helper = createUnoService("com.sun.star.frame.DispatchHelper")
    helper.executeDispatch(document.CurrentController.Frame, ".uno:CompareDocuments", "", 0, what())
    how(0).Name = "FilterName"
    how(0).Value = "MS Word 2007 XML"
    document.storeToURL(fields(2), how())
    document.close(True)
End Sub

Function Opened(url)
    REM  While LibreOffice is starting it opens nothing as yet, and says so by returning nothing.
    Dim document, tries, hidden(0) As New com.sun.star.beans.PropertyValue
    hidden(0).Name = "Hidden"
    hidden(0).Value = True
    For tries = 1 To 100
        document = StarDesktop.loadComponentFromURL(url, "_blank", 0, hidden())
        If Not IsNull(document) Then Exit For
        Wait 100
    Next
    Opened = document
End Function

Sub Dispatch(document, command)
    Dim helper, nothing()
    helper = createUnoService("com.sun.star.frame.DispatchHelper")
    helper.executeDispatch(document.CurrentController.Frame, command, "", 0, nothing())
End Sub

Sub WriteText(target, text, place)
    Dim parts, part
    parts = text.createEnumeration()
    Do While parts.hasMoreElements()
        part = parts.nextElement()
        If part.supportsService("com.sun.star.text.TextTable") Then
            WriteTable(target, part, place)
        Else
            WriteParagraph(target, part, place)
        End If
    Loop
End Sub

Sub WriteTable(target, table, place)
    Dim names, number, cell, own
    tables = tables + 1
    own = place & " t" & tables & " "
    names = table.CellNames
    For number = LBound(names) To UBound(names)
        cell = table.getCellByName(names(number))
        WriteText(target, cell.Text, own & names(number))
    Next
End Sub

Sub WriteParagraph(target, paragraph, place)
    Dim line, portions, portion, kind, text, values
    line = place & Chr(31) & paragraph.ParaStyleName & Chr(31) & paragraph.ListLabelString
    portions = paragraph.createEnumeration()
    Do While portions.hasMoreElements()
        portion = portions.nextElement()
        kind = portion.TextPortionType
        text = ""
        If kind = "Text" Or kind = "TextField" Then text = portion.String
        If kind = "Footnote" Then text = Chr(29)
        If kind = "LineBreak" Then text = Chr(30)
        If kind = "TextField" Then
            If portion.TextField.supportsService("com.sun.star.text.textfield.Annotation") Then text = ""
        End If
        If Len(text) > 0 Then
            If InStr(text, Chr(10)) > 0 Then text = Join(Split(text, Chr(10)), Chr(30))
            values = portion.getPropertyValues(Array("CharPosture", "CharWeight", "HyperLinkURL"))
            line = line & Chr(31) & text & Chr(28) & (values(1) > 105) & Chr(28) & (values(0) <> com.sun.star.awt.FontSlant.NONE) & Chr(28) & values(2)
        End If
    Loop
    target.writeString(line & Chr(10))
End Sub
